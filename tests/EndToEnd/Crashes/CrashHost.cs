using Machines;
using Microsoft.AspNetCore.Builder;

namespace EndToEnd.Crashes;

/// <summary>The host that crashes: in this process, or, when this assembly is run as a program, in one of its own.</summary>
internal static class CrashHost
{
    public static WebApplication Create(Ledger ledger, params string[] args) =>
        MachineHost.Create([.. args, "--Logging:LogLevel:Default=None"], CrashMachines.All(ledger));

    /// <param name="args">The ledger's file, and the host's own arguments.</param>
    private static Task Main(string[] args) =>
        Create(new Ledger(args[0]), [.. args[1..], "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information"]).RunAsync();
}
