using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Rpc.Internal.Framing;
using Rpc.Json;

namespace Rpc.Internal.Codecs;

/// <summary>Error details for people to read: the <c>debug</c> member that a detail may have in the Connect protocol.</summary>
internal sealed class DetailJson(MessageTypes types, IEnumerable<JsonCodec> codecs)
{
    private readonly JsonTranscoder? _transcoder = codecs.SingleOrDefault()?.Transcoder;

    /// <summary>Writes the detail's message as a member of the object at hand. Where that cannot be, nothing is written.</summary>
    public void WriteDebug(Utf8JsonWriter json, Any detail)
    {
        if (_transcoder is null || types.Find(Any.GetTypeName(detail.TypeUrl)) is not { } type)
            return;

        using var message = new PooledBuffer();
        try
        {
            _transcoder.WriteJson(type, new(detail.Value.Memory), message);
        }
        catch (Exception)
        {
            // Whatever the bytes are, the client gets them as the detail's value: an error must not end in another.
            return;
        }

        json.WritePropertyName("debug"u8);
        json.WriteRawValue(message.Written, skipInputValidation: true);
    }
}
