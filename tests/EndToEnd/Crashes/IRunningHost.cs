namespace EndToEnd.Crashes;

/// <summary>A host that can be killed.</summary>
internal interface IRunningHost
{
    int Port { get; }

    Ledger Ledger { get; }

    Task KillAsync();
}
