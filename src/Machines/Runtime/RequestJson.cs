using System.Buffers;
using System.Text.Json;

namespace Machines.Runtime;

/// <summary>Writes what one handler sends another: one JSON object.</summary>
internal static class RequestJson
{
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> properties)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            properties(json);
            json.WriteEndObject();
        }

        return body.WrittenMemory;
    }
}
