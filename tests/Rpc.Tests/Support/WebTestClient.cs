using System.Net;
using System.Net.Http.Headers;

namespace Rpc.Tests.Support;

/// <summary>Plain HTTP, as a page or curl would use it, over either version.</summary>
internal sealed class WebTestClient(RpcTestServer server, bool http2 = false) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());

    public Task<HttpResponseMessage> PostAsync(string path, string contentType, byte[] body, params (string Name, string Value)[] headers)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return SendAsync(HttpMethod.Post, path, content, headers);
    }

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
        => SendAsync(HttpMethod.Get, path, null, headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod verb, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(verb, new Uri(http2 ? server.Http2Address : server.Http1Address, path))
        {
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                content?.Headers.TryAddWithoutValidation(name, value);
        }

        return await _http.SendAsync(request, CancellationToken.None);
    }

    public void Dispose() => _http.Dispose();
}
