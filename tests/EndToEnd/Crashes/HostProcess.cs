namespace EndToEnd.Crashes;

/// <summary>A host in a process of its own, which ends by SIGKILL.</summary>
internal sealed class HostProcess : IRunningHost
{
    private readonly ChildProcess _process;

    private HostProcess(ChildProcess process, int port, Ledger ledger)
    {
        _process = process;
        Port = port;
        Ledger = ledger;
    }

    public int Port { get; }

    public Ledger Ledger { get; }

    public static async Task<IRunningHost> StartAsync(string ledger)
    {
        var port = FreePorts.Next();
        var assembly = typeof(HostProcess).Assembly.Location;
        var process = ChildProcess.Start("dotnet", [assembly, ledger, "--urls", $"http://127.0.0.1:{port}"]);
        await process.WaitForOutputAsync("Application started");
        return new HostProcess(process, port, new Ledger(ledger));
    }

    public async Task KillAsync() => await _process.DisposeAsync();
}
