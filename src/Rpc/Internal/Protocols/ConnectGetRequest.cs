using System.Buffers;
using System.Buffers.Text;
using Microsoft.AspNetCore.Http;

namespace Rpc.Internal.Protocols;

/// <summary>The request of a unary call as GET: the query has the message.</summary>
internal sealed class ConnectGetRequest : ConnectRequest
{
    private const string SupportedVersion = "v1";

    public ConnectGetRequest(HttpRequest request)
        : base(request) => Ended = true;

    public override string? Encoding => Request.Query["compression"];

    public override void CheckVersion()
    {
        string? version = Request.Query["connect"];
        if (!string.IsNullOrEmpty(version) && version != SupportedVersion)
            throw new RpcException(Errors.UnsupportedVersion("connect", version, SupportedVersion));
    }

    public override ValueTask<ReadOnlySequence<byte>> ReadAsync(int maxSize, ServerCall call)
    {
        if (!Request.Query.TryGetValue("message", out var values))
            throw new RpcException(Errors.MissingQuery("message"));

        var text = values.ToString();
        var message = Request.Query["base64"] == "1" ? Decode(text) : System.Text.Encoding.UTF8.GetBytes(text);
        if (message.Length > maxSize)
            throw new RpcException(Errors.RequestTooLarge(maxSize));

        return ValueTask.FromResult(new ReadOnlySequence<byte>(message));
    }

    public override void Release()
    {
    }

    private static byte[] Decode(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            throw new RpcException(Errors.MalformedBase64("query parameter 'message'"));
        }
    }
}
