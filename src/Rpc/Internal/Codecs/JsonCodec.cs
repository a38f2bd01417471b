using Rpc.Json;

namespace Rpc.Internal.Codecs;

/// <summary>What <c>AddRpcJson</c> adds: JSON for every service with a descriptor. An <c>Any</c> may hold any type of the registry's files.</summary>
internal sealed class JsonCodec(MessageTypes types, JsonTranscoderOptions options)
{
    public JsonTranscoder Transcoder { get; } = new(options, types.Find);
}
