using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Gateway.Benchmarks;

/// <summary>As much of a gRPC client as it takes to load a server: what it does not look at, it does not parse.</summary>
internal sealed class GrpcClient(Uri address) : IDisposable
{
    private const int Prefix = 5;
    private static readonly MediaTypeHeaderValue ContentType = new("application/grpc");
    private static readonly TransferCodingWithQualityHeaderValue Trailers = new("trailers");

    private readonly HttpClient _http = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true })
    {
        BaseAddress = address,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Calls, and reads all that is answered.</summary>
    public async Task CallAsync(string method, IMessage request)
    {
        using var response = await SendAsync(method, request, HttpCompletionOption.ResponseContentRead);
        ThrowUnlessOk(response);
    }

    /// <summary>Opens a stream.</summary>
    /// <returns>Once it has its first message: a task that reads the others.</returns>
    public async Task<Task> OpenAsync(string method, IMessage request)
    {
        var response = await SendAsync(method, request, HttpCompletionOption.ResponseHeadersRead);
        var body = await response.Content.ReadAsStreamAsync();
        var prefix = new byte[Prefix];
        await body.ReadExactlyAsync(prefix);
        await body.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))]);
        return ReadRestAsync(response, body);
    }

    public void Dispose() => _http.Dispose();

    private static async Task ReadRestAsync(HttpResponseMessage response, Stream body)
    {
        using (response)
        {
            await body.CopyToAsync(Stream.Null);
            ThrowUnlessOk(response);
        }
    }

    private static void ThrowUnlessOk(HttpResponseMessage response)
    {
        if (!response.TrailingHeaders.TryGetValues("grpc-status", out var status) || status.Single() != "0")
            throw new InvalidOperationException($"The call failed: {response}{response.TrailingHeaders}");
    }

    private async Task<HttpResponseMessage> SendAsync(string method, IMessage request, HttpCompletionOption completion)
    {
        var frame = new byte[Prefix + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - Prefix);
        request.WriteTo(frame.AsSpan(Prefix));
        using var message = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame) { Headers = { ContentType = ContentType } },
            Headers = { TE = { Trailers } },
        };
        return await _http.SendAsync(message, completion);
    }
}
