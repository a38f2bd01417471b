using System.Buffers;
using System.Text.Json;

namespace Machines.Runtime;

/// <summary>Writes what one handler sends another: one JSON object.</summary>
internal static class RequestJson
{
    /// <exception cref="InvalidOperationException">It nests deeper than it would be read.</exception>
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> properties, int maxDepth = RequestBody.MaxDepth)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { MaxDepth = maxDepth }))
        {
            json.WriteStartObject();
            properties(json);
            json.WriteEndObject();
        }

        return body.WrittenMemory;
    }
}
