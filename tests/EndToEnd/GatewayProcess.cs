namespace EndToEnd;

/// <summary>A gateway in a process of its own, on ports that it keeps through its restarts.</summary>
internal sealed class GatewayProcess(params IReadOnlyList<string> arguments) : IAsyncDisposable
{
    private readonly int _grpcPort = FreePorts.Next();
    private readonly int _httpPort = FreePorts.Next();
    private ChildProcess? _process;

    /// <summary>Where it speaks gRPC.</summary>
    public Uri GrpcAddress => new($"http://127.0.0.1:{_grpcPort}");

    /// <summary>Where it speaks HTTP/1.1.</summary>
    public Uri HttpAddress => new($"http://127.0.0.1:{_httpPort}");

    public async Task StartAsync()
    {
        _process = ChildProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Gateway.dll"), "--grpc-port", $"{_grpcPort}", "--http-port", $"{_httpPort}", .. arguments]);
        await _process.WaitForOutputAsync("Application started");
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
