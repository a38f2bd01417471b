using System.Diagnostics;

namespace Statecharts.Benchmarks;

/// <summary>Sends a machine one event after another.</summary>
internal static class Measurement
{
    internal static (double Rate, double Bytes) Run(StateMachine machine, double seconds)
    {
        var snapshot = machine.Start().Snapshot;
        Send(machine, ref snapshot, seconds / 2);
        return Send(machine, ref snapshot, seconds);
    }

    private static (double Rate, double Bytes) Send(StateMachine machine, ref Snapshot snapshot, double seconds)
    {
        var tick = new Event("TICK", new Tick());
        var events = 0L;
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        do
        {
            for (var i = 0; i < 1000; i++)
                snapshot = machine.Send(snapshot, tick).Snapshot;
            events += 1000;
        }
        while (watch.Elapsed.TotalSeconds < seconds);
        return (events / watch.Elapsed.TotalSeconds, (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)events);
    }
}
