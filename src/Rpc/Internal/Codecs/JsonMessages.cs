using System.Buffers;
using Google.Protobuf.Reflection;
using Rpc.Internal.Framing;
using Rpc.Json;

namespace Rpc.Internal.Codecs;

/// <summary>The messages of one call whose client speaks JSON.</summary>
internal sealed class JsonMessages(JsonTranscoder transcoder, MethodDescriptor method) : IDisposable
{
    private readonly PooledBuffer _request = new();
    private readonly PooledBuffer _response = new();

    /// <summary>A request message as protobuf; valid until the next.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the JSON does not fit.</exception>
    public ReadOnlySequence<byte> Decode(in ReadOnlySequence<byte> json)
    {
        _request.Clear();
        try
        {
            transcoder.WriteMessage(method.InputType, json, _request);
        }
        catch (TranscodingException malformed)
        {
            throw new RpcException(Errors.MalformedJson(malformed.Message));
        }

        return _request.Written;
    }

    /// <summary>A response message as JSON; valid until the next.</summary>
    public ReadOnlySequence<byte> Encode(in ReadOnlySequence<byte> message)
    {
        _response.Clear();
        transcoder.WriteJson(method.OutputType, message, _response);
        return _response.Written;
    }

    public void Dispose()
    {
        _request.Dispose();
        _response.Dispose();
    }
}
