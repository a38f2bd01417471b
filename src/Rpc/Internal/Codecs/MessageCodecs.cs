using Rpc.Json;

namespace Rpc.Internal.Codecs;

/// <summary>The codecs that calls can be made with.</summary>
internal sealed class MessageCodecs(IEnumerable<JsonCodec> json)
{
    private readonly JsonTranscoder? _json = json.SingleOrDefault()?.Transcoder;

    /// <summary>Finds the codec of that name (as content types have it) for a method; an unknown method is denied with any codec.</summary>
    public bool TryFind(ReadOnlySpan<char> name, Route? route, out MessageCodec codec)
    {
        var isJson = name.Equals("json", StringComparison.OrdinalIgnoreCase);
        codec = isJson ? MessageCodec.Json : MessageCodec.Proto;
        return isJson ? _json is not null && (route is null || route.Descriptor is not null) : name.Equals("proto", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What translates a call's messages; null where nothing has to be.</summary>
    public JsonMessages? Translate(MessageCodec codec, Route? route)
        => codec == MessageCodec.Json && route?.Descriptor is { } method ? new JsonMessages(_json!, method) : null;
}
