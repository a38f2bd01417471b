using Google.Protobuf;

namespace Rpc;

/// <summary>Reading and writing messages of generated types.</summary>
public static class RpcCallExtensions
{
    /// <summary>The next request message, or null after the last.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the bytes are not a <typeparamref name="T"/>; or as <see cref="RpcCall.ReadAsync"/>.</exception>
    public static async ValueTask<T?> ReadAsync<T>(this RpcCall call, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(parser);
        if (await call.ReadAsync() is not { } message)
            return null;

        try
        {
            return parser.ParseFrom(message);
        }
        catch (InvalidProtocolBufferException malformed)
        {
            throw new RpcException(new RpcStatus(StatusCode.InvalidArgument, $"The request is not a valid protobuf message: {malformed.Message}"));
        }
    }

    /// <summary>Sends a response message.</summary>
    /// <inheritdoc cref="RpcCall.WriteAsync(System.Buffers.ReadOnlySequence{byte})" path="/exception"/>
    public static ValueTask WriteAsync(this RpcCall call, IMessage message)
    {
        ArgumentNullException.ThrowIfNull(call);
        return call.WriteAsync(message.ToByteArray());
    }
}
