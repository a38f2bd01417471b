using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace EndToEnd;

/// <summary>Calls a service with Connect's JSON over HTTP/1.1, as a tool does that has no proto.</summary>
internal sealed class JsonClient(Uri address, string service) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The answer, or the error: <c>{"code", "message", "details"}</c>.</summary>
    public async Task<JsonElement> CallAsync(string method, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri($"/{service}/{method}", UriKind.Relative), content);
        return JsonElement.Parse(await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>A stream's messages up to its end, that of the end last: <c>{}</c>, or <c>{"error": {"code", …}}</c>.</summary>
    public async Task<IReadOnlyList<JsonElement>> StreamAsync(string method, string json)
    {
        var message = new byte[5 + Encoding.UTF8.GetByteCount(json)];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), message.Length - 5);
        Encoding.UTF8.GetBytes(json, message.AsSpan(5));
        using var content = new ByteArrayContent(message) { Headers = { ContentType = new MediaTypeHeaderValue("application/connect+json") } };
        using var response = await _http.PostAsync(new Uri($"/{service}/{method}", UriKind.Relative), content);
        ReadOnlyMemory<byte> body = await response.Content.ReadAsByteArrayAsync();
        var messages = new List<JsonElement>();
        while (!body.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body.Span[1..]);
            messages.Add(JsonElement.Parse(body.Span.Slice(5, length)));
            body = body[(5 + length)..];
        }

        return messages;
    }

    public void Dispose() => _http.Dispose();
}
