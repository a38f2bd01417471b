using Microsoft.AspNetCore.Builder;

namespace EndToEnd.Crashes;

/// <summary>A host in this process. To kill it is to drop it: the proxy has cut it off already.</summary>
internal sealed class HostInProcess : IRunningHost
{
    private readonly WebApplication _host;

    private HostInProcess(WebApplication host, Ledger ledger)
    {
        _host = host;
        Ledger = ledger;
    }

    public int Port => new Uri(_host.Urls.Single()).Port;

    public Ledger Ledger { get; }

    public static async Task<IRunningHost> StartAsync(string ledger)
    {
        var host = new HostInProcess(CrashHost.Create(new Ledger(ledger), "--urls", "http://127.0.0.1:0"), new Ledger(ledger));
        await host._host.StartAsync();
        return host;
    }

    public async Task KillAsync() => await _host.DisposeAsync();
}
