using System.Diagnostics;
using System.Globalization;
using Door.V1;
using Gateway.Tests.Support;
using Google.Protobuf;
using Machines.Benchmarks;
using Shared;

namespace Gateway.Benchmarks;

/// <summary>The gateway as users run it, on free ports.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly string _descriptors;

    private GatewayProcess(Process process, string descriptors, int grpcPort, int httpPort)
    {
        _process = process;
        _descriptors = descriptors;
        Address = Loopback(grpcPort);
        _http = new HttpClient { BaseAddress = Loopback(httpPort) };
    }

    public int Id => _process.Id;

    /// <summary>Where it speaks gRPC.</summary>
    public Uri Address { get; }

    /// <summary>Starts it as on few cores.</summary>
    public static Task<GatewayProcess> StartAsync(BenchmarkServer server) => StartAsync(server, EndpointProcess.OnFewCores);

    /// <param name="server">What it is in front of.</param>
    /// <param name="start">Makes a process of its assembly and arguments.</param>
    public static async Task<GatewayProcess> StartAsync(BenchmarkServer server, Func<IEnumerable<string>, ProcessStartInfo> start)
    {
        var descriptors = Path.GetTempFileName();

        // The door publishes none itself, and the counter does.
        await File.WriteAllBytesAsync(descriptors, SchemaFiles.SetOf(DoorReflection.Descriptor).ToByteArray());
        var (grpcPort, httpPort) = (FreePorts.Next(), FreePorts.Next());
        var process = Process.Start(start(
        [
            Path.Combine(AppContext.BaseDirectory, "Gateway.dll"),
            "--ingress", server.IngressAddress.ToString(),
            "--admin", server.AdminAddress.ToString(),
            "--descriptors", descriptors,
            "--grpc-port", grpcPort.ToString(CultureInfo.InvariantCulture),
            "--http-port", httpPort.ToString(CultureInfo.InvariantCulture),
            "--Logging:LogLevel:Default=Warning",
        ]))!;
        var gateway = new GatewayProcess(process, descriptors, grpcPort, httpPort);
        while (!await gateway.IsReadyAsync())
            await Task.Delay(100);
        return gateway;
    }

    /// <summary>Bytes of the heap that were live at the last garbage collection.</summary>
    public async Task<double> HeapBytesAsync() =>
        (await _http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n')
            .Where(line => line.StartsWith("dotnet_gc_last_collection_heap_size_bytes{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[line.LastIndexOf(' ')..], CultureInfo.InvariantCulture));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        File.Delete(_descriptors);
    }

    private static Uri Loopback(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));

    private async Task<bool> IsReadyAsync()
    {
        if (_process.HasExited)
            throw new InvalidOperationException("The gateway ended before it was ready.");
        try
        {
            using var response = await _http.GetAsync(new Uri("/readyz", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
