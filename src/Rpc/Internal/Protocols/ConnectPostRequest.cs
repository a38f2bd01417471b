using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Rpc.Internal.Protocols;

/// <summary>The request of a unary call as POST: the body is the message.</summary>
internal sealed class ConnectPostRequest(HttpRequest request) : ConnectRequest(request)
{
    private SequencePosition? _handedOut;

    public override string? Encoding => Request.Headers.ContentEncoding;

    public override void CheckVersion() => ConnectHeaders.CheckVersion(Request.Headers);

    public override async ValueTask<ReadOnlySequence<byte>> ReadAsync(int maxSize, ServerCall call)
    {
        var body = Request.BodyReader;
        while (true)
        {
            if (!body.TryRead(out var result))
                result = await body.ReadAsync(call.CancellationToken);

            var buffer = result.Buffer;
            if (buffer.Length > maxSize)
            {
                body.AdvanceTo(buffer.End);
                throw new RpcException(Errors.RequestTooLarge(maxSize));
            }

            if (result.IsCompleted)
            {
                Ended = true;
                _handedOut = buffer.End;
                return buffer;
            }

            body.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    public override void Release()
    {
        if (_handedOut is not { } consumed)
            return;

        Request.BodyReader.AdvanceTo(consumed);
        _handedOut = null;
    }
}
