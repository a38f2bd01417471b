using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Statecharts;

/// <summary>Writes JSON to text.</summary>
internal static class JsonText
{
    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Write(Action<Utf8JsonWriter> write, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options with { Indented = indented }))
            write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
