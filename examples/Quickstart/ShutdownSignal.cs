using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Quickstart;

/// <summary>
/// Fires on Ctrl-C, on SIGTERM, and when the <c>dotnet run</c> that started this process is gone, however it ended: nothing is to
/// be left running.
/// </summary>
internal sealed class ShutdownSignal : IDisposable
{
    private static readonly TimeSpan ParentCheckInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations;
    private readonly Timer? _parentCheck;

    public ShutdownSignal()
    {
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Stop))];
        if (DotnetRunParent() is { } parent)
            _parentCheck = new Timer(_ => StopIfGone(parent), null, ParentCheckInterval, ParentCheckInterval);
    }

    public CancellationToken Token => _source.Token;

    public Task WaitAsync() => Task.Delay(Timeout.Infinite, Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    public void Dispose()
    {
        _parentCheck?.Dispose();
        _registrations.ForEach(registration => registration.Dispose());
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        _source.Cancel();
    }

    private void StopIfGone(int parent)
    {
        if (ParentId() != parent)
            _source.Cancel();
    }

    /// <returns>Null when a shell or a service manager started this process: it may go away, as with nohup, and leave it running.</returns>
    private static int? DotnetRunParent()
    {
        if (ParentId() is not { } parent)
            return null;

        using var process = Process.GetProcessById(parent);
        return process.ProcessName == "dotnet" ? parent : null;
    }

    /// <returns>The parent as the kernel sees it now; null where there is no /proc.</returns>
    private static int? ParentId()
    {
        const string Status = "/proc/self/status";
        const string Prefix = "PPid:";
        var line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Prefix, StringComparison.Ordinal)) : null;
        return line is null ? null : int.Parse(line.AsSpan(Prefix.Length), provider: null);
    }
}
