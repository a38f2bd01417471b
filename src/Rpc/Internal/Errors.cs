namespace Rpc.Internal;

/// <summary>The statuses the library itself ends calls with. A breach of cardinality is UNIMPLEMENTED (gRPC's doc/statuscodes.md).</summary>
internal static class Errors
{
    public static readonly RpcStatus HandlerFailed = new(StatusCode.Unknown, "Exception was thrown by handler.");
    public static readonly RpcStatus DeadlineExceeded = new(StatusCode.DeadlineExceeded, "Deadline exceeded.");
    public static readonly RpcStatus ClientCancelled = new(StatusCode.Cancelled, "The client cancelled the call.");
    public static readonly RpcStatus ShuttingDown = new(StatusCode.Unavailable, "The server is shutting down.");
    public static readonly RpcStatus NoRequest = new(StatusCode.Unimplemented, "The method takes exactly one request message and got none.");
    public static readonly RpcStatus TooManyRequests = new(StatusCode.Unimplemented, "The method takes exactly one request message and got more.");
    public static readonly RpcStatus NoResponse = new(StatusCode.Internal, "The handler returned without writing the response message.");
    public static readonly RpcStatus TooManyResponses = new(StatusCode.Internal, "The handler wrote more than the one response message of its method.");
    public static readonly RpcStatus IncompleteMessage = new(StatusCode.Internal, "The request ends in the middle of a message.");
    public static readonly RpcStatus MalformedCompression = new(StatusCode.Internal, "A compressed request message is not valid gzip.");
    public static readonly RpcStatus UndeclaredCompression = new(StatusCode.Internal, "A request message is flagged as compressed, but the request declares no compression.");

    public static RpcStatus UnknownService(string service) => new(StatusCode.Unimplemented, $"Service '{service}' is not served here.");

    public static RpcStatus UnknownMethod(string service, string method) => new(StatusCode.Unimplemented, $"Service '{service}' has no method '{method}'.");

    public static RpcStatus RequestTooLarge(int limit)
        => new(StatusCode.ResourceExhausted, $"A request message is larger than the limit of {limit} bytes.");

    public static RpcStatus ResponseTooLarge(long size, int limit)
        => new(StatusCode.ResourceExhausted, $"A response message of {size} bytes is larger than the limit of {limit} bytes.");

    public static RpcStatus UnsupportedEncoding(string encoding)
        => new(StatusCode.Unimplemented, $"Compression '{encoding}' is not supported. Supported: {Framing.Gzip.AcceptedEncodings}.");

    public static RpcStatus MalformedJson(string reason) => new(StatusCode.InvalidArgument, $"The request is not valid JSON of its message: {reason}");

    public static RpcStatus MalformedBase64(string what) => new(StatusCode.InvalidArgument, $"The {what} is not valid base64.");

    public static RpcStatus MissingQuery(string parameter) => new(StatusCode.InvalidArgument, $"The query parameter '{parameter}' is missing.");

    public static RpcStatus UnsupportedVersion(string parameter, string value, string supported)
        => new(StatusCode.InvalidArgument, $"The value '{value}' of {parameter} is not supported: use '{supported}'.");

    public static RpcStatus UnexpectedFlags(byte flags) => new(StatusCode.Internal, $"A request message has the unexpected flags {flags}.");

    public static RpcStatus MalformedTimeout(string header, string value)
        => new(StatusCode.InvalidArgument, $"The value '{value}' of {header} is not a timeout.");

    public static RpcStatus UnreadableBody(string reason) => new(StatusCode.Internal, $"The request body could not be read: {reason}");
}
