using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rpc.Json;

/// <summary>One writer for each thread, so that a call need not make its own.</summary>
internal static class JsonWriterCache
{
    // The transcoder opens and closes in pairs, which leaves nothing to validate.
    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>Takes the writer; a second taker on the same thread gets another.</summary>
    public static Utf8JsonWriter Take(IBufferWriter<byte> output)
    {
        if (_writer is not { } writer)
            return new Utf8JsonWriter(output, Options);
        _writer = null;
        writer.Reset(output);
        return writer;
    }

    public static void Return(Utf8JsonWriter writer)
    {
        // It must not keep the output alive.
        writer.Reset(Stream.Null);
        _writer = writer;
    }
}
