using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Rpc.Tests.Fuzzing;
using Rpc.Tests.Protos;
using Rpc.Tests.Support;

namespace Fuzz.Benchmarks;

/// <summary>A way to do a server harm. It runs until it is cancelled, and tells what it has done.</summary>
internal sealed record Attack(string Name, Func<VictimServer, CancellationToken, Task<string>> RunAsync)
{
    private const int Connections = 10;
    private const int StreamsPerConnection = 90;

    private static readonly byte[] Announced = [0, 0, 0x3F, 0xFF, 0xFF, 1];

    public static IReadOnlyList<Attack> All { get; } =
    [
        new("stalls", StallAsync),
        new("floods", FloodAsync),
        new("does not read", NeverReadAsync),
        new("resets", ResetAsync),
        new("10,000 headers", SendHeadersAsync),
        new("a byte a second", DripAsync),
        new("decompression bombs", BombAsync),
        new("noise instead of HTTP/2", SendNoiseAsync),
    ];

    /// <summary>Announces 4 MB in each of many streams, and sends one byte.</summary>
    private static async Task<string> StallAsync(VictimServer server, CancellationToken end)
    {
        var calls = Streams(server, "AddBooks", async (body, cancellation) =>
        {
            await body.WriteAsync(Announced, cancellation);
            await body.FlushAsync(cancellation);
            await Task.Delay(Timeout.Infinite, cancellation);
        }, end);
        await Task.WhenAll(calls);
        return $"{calls.Length} streams";
    }

    /// <summary>Sends messages as fast as the server takes them.</summary>
    private static async Task<string> FloodAsync(VictimServer server, CancellationToken end)
    {
        var message = Frames.Frame(new Book { Name = new string('x', 100_000) }.ToByteArray());
        long sent = 0;
        var calls = Streams(server, "AddBooks", async (body, cancellation) =>
        {
            while (true)
            {
                await body.WriteAsync(message, cancellation);
                Interlocked.Add(ref sent, message.Length);
            }
        }, end);
        await Task.WhenAll(calls);
        return $"{calls.Length} streams, {sent / 1024 / 1024:N0} MiB";
    }

    /// <summary>Has everything echoed, and reads nothing of it.</summary>
    private static async Task<string> NeverReadAsync(VictimServer server, CancellationToken end)
    {
        var message = Frames.Frame(new Book { Name = new string('x', 100_000) }.ToByteArray());
        long sent = 0;
        var calls = Streams(server, "Chat", async (body, cancellation) =>
        {
            while (true)
            {
                await body.WriteAsync(message, cancellation);
                Interlocked.Add(ref sent, message.Length);
            }
        }, end, read: false);
        await Task.WhenAll(calls);
        return $"{calls.Length} streams, {sent / 1024 / 1024:N0} MiB";
    }

    /// <summary>Begins streams and resets them at once.</summary>
    private static async Task<string> ResetAsync(VictimServer server, CancellationToken end)
    {
        var resets = 0;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            using var http = NewClient();
            while (!end.IsCancellationRequested)
            {
                using var reset = CancellationTokenSource.CreateLinkedTokenSource(end);
                var call = SendAsync(http, server, "Chat", (_, cancellation) => Task.Delay(Timeout.Infinite, cancellation), read: true, reset.Token);
                await Task.Yield();
                await reset.CancelAsync();
                await call;
                Interlocked.Increment(ref resets);
            }
        })));
        return $"{resets:N0} streams reset";
    }

    private static async Task<string> SendHeadersAsync(VictimServer server, CancellationToken end)
    {
        var requests = 0;
        using var http = NewClient();
        while (!end.IsCancellationRequested)
        {
            using var request = NewRequest(server, "GetBook", new ByteArrayContent(Frames.Frame("")));
            for (var i = 0; i < 10_000; i++)
                request.Headers.TryAddWithoutValidation($"x-{i}", "value");
            await EndsAsync(http.SendAsync(request, end));
            requests++;
        }

        return $"{requests:N0} requests";
    }

    /// <summary>Requests of HTTP/1.1 that never come to an end.</summary>
    private static async Task<string> DripAsync(VictimServer server, CancellationToken end)
    {
        const int Clients = 500;
        var head = Encoding.ASCII.GetBytes(
            $"POST /{FuzzedService.FullName}/AddBooks HTTP/1.1\r\nhost: a\r\ncontent-type: application/grpc-web\r\ncontent-length: 1000000\r\n\r\n");
        long bytes = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async index =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(server.Http1.Host, server.Http1.Port);

            // Half of them do not even get as far as the body.
            for (var position = index % 2 == 0 ? 0 : head.Length; !end.IsCancellationRequested; position++)
            {
                ReadOnlyMemory<byte> next = position == head.Length ? head : position < head.Length ? head.AsMemory(position, 1) : new byte[1];
                try
                {
                    await client.GetStream().WriteAsync(next, end);
                    Interlocked.Add(ref bytes, next.Length);
                    await Task.Delay(TimeSpan.FromSeconds(1), end);
                }
                catch (Exception exception) when (exception is IOException or OperationCanceledException)
                {
                    break;
                }
            }
        }));
        return $"{Clients} connections, {bytes:N0} bytes";
    }

    /// <summary>64 MiB of zeros in 64 kB, which the limit of 4 MiB stops.</summary>
    private static async Task<string> BombAsync(VictimServer server, CancellationToken end)
    {
        var bomb = Frames.Frame(Frames.Gzip(new byte[64 * 1024 * 1024]), flags: 1);
        var bombs = 0;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            using var http = NewClient();
            while (!end.IsCancellationRequested)
            {
                using var request = NewRequest(server, "GetBook", new ByteArrayContent(bomb));
                request.Headers.TryAddWithoutValidation("grpc-encoding", "gzip");
                await EndsAsync(http.SendAsync(request, end));
                Interlocked.Increment(ref bombs);
            }
        })));
        return $"{bombs:N0} bombs";
    }

    private static async Task<string> SendNoiseAsync(VictimServer server, CancellationToken end)
    {
        var connections = 0;
        var random = new Random(1);
        var noise = new byte[10_000];
        while (!end.IsCancellationRequested)
        {
            random.NextBytes(noise);
            noise[0] = 0;
            using var client = new TcpClient();
            await client.ConnectAsync(server.Http2.Host, server.Http2.Port);
            try
            {
                await client.GetStream().WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), end);
                await client.GetStream().WriteAsync(noise, end);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // Hung up, which is what a server should do.
            }

            connections++;
        }

        return $"{connections:N0} connections";
    }

    private static Task[] Streams(VictimServer server, string method, Func<Stream, CancellationToken, Task> write, CancellationToken end, bool read = true)
        =>
        [
            .. Enumerable.Range(0, Connections).Select(_ => NewClient())
                .SelectMany(http => Enumerable.Range(0, StreamsPerConnection).Select(_ => SendAsync(http, server, method, write, read, end))),
        ];

    private static HttpMessageInvoker NewClient() => new(new SocketsHttpHandler { EnableMultipleHttp2Connections = false });

    private static async Task SendAsync(HttpMessageInvoker http, VictimServer server, string method, Func<Stream, CancellationToken, Task> write, bool read, CancellationToken end)
    {
        using var request = NewRequest(server, method, new WrittenContent(write, end));
        await EndsAsync(Task.Run(async () =>
        {
            using var response = await http.SendAsync(request, end);
            if (read)
                await response.Content.CopyToAsync(Stream.Null, end);
            else
                await Task.Delay(Timeout.Infinite, end);
        }, CancellationToken.None));
    }

    private static HttpRequestMessage NewRequest(VictimServer server, string method, HttpContent content)
    {
        content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        return new HttpRequestMessage(HttpMethod.Post, new Uri(server.Http2, $"/{FuzzedService.FullName}/{method}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
    }

    /// <summary>However it ends: what the server does to the attacker is its own affair.</summary>
    private static async Task EndsAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
        }
    }

    private sealed class WrittenContent(Func<Stream, CancellationToken, Task> write, CancellationToken end) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream, end);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
