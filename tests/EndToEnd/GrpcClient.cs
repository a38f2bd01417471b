using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using Google.Protobuf;
using Google.Rpc;

namespace EndToEnd;

/// <summary>As much of a gRPC client as the scenarios need (no package for .NET can be had).</summary>
internal sealed class GrpcClient(Uri address, string service) : IDisposable
{
    private const string GrpcType = "application/grpc";
    private const byte ConnectEnd = 0x02;
    private const byte GrpcWebTrailers = 0x80;

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };

    /// <exception cref="GrpcException">The call did not end with OK.</exception>
    public async Task<T> CallAsync<T>(string method, IMessage request, CancellationToken cancellationToken = default)
        where T : IMessage<T>, new()
    {
        var answers = new List<T>();
        await foreach (var answer in StreamAsync<T>(method, request, cancellationToken))
            answers.Add(answer);
        return Assert.Single(answers);
    }

    /// <exception cref="GrpcException">The call did not end with OK.</exception>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        string method, IMessage request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : IMessage<T>, new()
    {
        using var message = NewRequest(method, new ByteArrayContent(Frame(request)));
        using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await foreach (var answer in ReadAsync<T>(response, cancellationToken))
            yield return answer;
    }

    /// <summary>Starts a call whose requests are written while its answers are read.</summary>
    /// <param name="method">The rpc.</param>
    /// <param name="contentType">gRPC's, or that of gRPC-Web or Connect, whose messages are framed alike.</param>
    public GrpcDuplexCall<T> Open<T>(string method, string contentType = GrpcType)
        where T : IMessage<T>, new()
    {
        var requests = new Pipe();
        var response = _http.SendAsync(NewRequest(method, new DuplexContent(requests.Reader), contentType), HttpCompletionOption.ResponseHeadersRead);
        return new GrpcDuplexCall<T>(requests.Writer, response);
    }

    /// <exception cref="GrpcException">The call did not end with OK.</exception>
    internal static async IAsyncEnumerable<T> ReadAsync<T>(
        HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : IMessage<T>, new()
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(response.RequestMessage?.Content?.Headers.ContentType, response.Content.Headers.ContentType);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var header = new byte[5];
        while (await body.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken) == header.Length)
        {
            var bytes = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
            await body.ReadExactlyAsync(bytes, cancellationToken);
            if (header[0] != 0)
            {
                AssertEndsWell(header[0], Encoding.UTF8.GetString(bytes));
                Assert.Equal(0, await body.ReadAsync(header, cancellationToken));
                yield break;
            }

            var answer = new T();
            answer.MergeFrom(bytes);
            yield return answer;
        }

        ThrowUnlessOk(response);
    }

    internal static byte[] Frame(IMessage message)
    {
        var frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - 5);
        message.WriteTo(frame.AsSpan(5));
        return frame;
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage NewRequest(string method, HttpContent content, string contentType = GrpcType)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        return new HttpRequestMessage(HttpMethod.Post, $"/{service}/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
            Headers = { TE = { new TransferCodingWithQualityHeaderValue("trailers") } },
        };
    }

    /// <summary>gRPC-Web's trailers, or what ends a stream of Connect: both come in a frame with a flag of their own.</summary>
    private static void AssertEndsWell(byte flags, string end) =>
        Assert.Equal(flags == ConnectEnd ? (ConnectEnd, "{}") : (GrpcWebTrailers, "grpc-status: 0\r\n"), (flags, end));

    private static void ThrowUnlessOk(HttpResponseMessage response)
    {
        var code = int.Parse(Trailer("grpc-status") ?? throw new InvalidOperationException("The response has no grpc-status."), null);
        if (code == 0)
            return;

        var details = Trailer("grpc-status-details-bin") is { } encoded
            ? Status.Parser.ParseFrom(Convert.FromBase64String(encoded.PadRight((encoded.Length + 3) / 4 * 4, '=')))
            : new Status();
        throw new GrpcException(code, Uri.UnescapeDataString(Trailer("grpc-message") ?? ""), details);

        string? Trailer(string name) =>
            response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.Single() : null;
    }

    private sealed class DuplexContent(PipeReader requests) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            ReadResult read;
            do
            {
                read = await requests.ReadAsync();
                foreach (var segment in read.Buffer)
                    await stream.WriteAsync(segment);
                await stream.FlushAsync();
                requests.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
