using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;

namespace Rpc.Tests.Support;

/// <summary>A gRPC client made of an HTTP/2 client and nothing else, so that a test sees every byte.</summary>
internal sealed class GrpcTestClient(RpcTestServer server, int windowSize = 1024 * 1024) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { InitialHttp2StreamWindowSize = windowSize });

    /// <summary>Sends a complete request body, and reads the complete response.</summary>
    public async Task<GrpcTestResponse> CallAsync(string method, byte[] body, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(NewRequest(method, new ByteArrayContent(body), headers));
        var content = await response.Content.ReadAsByteArrayAsync();
        return new GrpcTestResponse(response, Frames.Split(content));
    }

    /// <summary>Starts a call whose request is written while its response is read.</summary>
    public GrpcTestStream Start(string method, params (string Name, string Value)[] headers)
    {
        var pipe = new Pipe();
        var cancellation = new CancellationTokenSource();
        var request = NewRequest(method, new DuplexContent(pipe.Reader), headers);
        return new GrpcTestStream(pipe.Writer.AsStream(), SendAsync(request, cancellation.Token), cancellation);
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
        => _http.SendAsync(request, cancellationToken);

    public HttpRequestMessage NewRequest(string method, HttpContent content, params (string Name, string Value)[] headers)
    {
        var path = method.Contains('/', StringComparison.Ordinal) ? method : $"/{RpcTestServer.Service}/{method}";
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Http2Address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    public void Dispose() => _http.Dispose();

    private sealed class DuplexContent(PipeReader body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
            => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.FlushAsync(cancellationToken);
            while (true)
            {
                var result = await body.ReadAsync(cancellationToken);
                foreach (var segment in result.Buffer)
                    await stream.WriteAsync(segment, cancellationToken);
                await stream.FlushAsync(cancellationToken);
                body.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    return;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
