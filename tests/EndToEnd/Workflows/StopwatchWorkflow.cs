using Google.Protobuf.WellKnownTypes;
using Machines;
using Machines.V1;
using Statecharts;
using Timing.V1;

namespace EndToEnd.Workflows;

/// <summary>Ticks while it runs, by timers that outlive the host.</summary>
public abstract class StopwatchWorkflow(WorkflowHost host) : Workflow(host)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly GrpcClient _stopwatches = host.Service("timing.v1.StopwatchService");

    internal static DurableMachine Machine { get; } = new("stopwatch", Define());

    private static StateMachine Define()
    {
        var machine = ProtobufMachine.Define<StopwatchState, Stopwatch, StopwatchEvent>("stopwatch").InitialTransition(StopwatchState.Stopped);
        machine.Root
            .Permit<Reset>(StopwatchState.Stopped, actions: run => run.Assign((_, _) => new Stopwatch()));
        machine.Configure(StopwatchState.Stopped)
            .Permit<Start>(StopwatchState.Running);
        machine.Configure(StopwatchState.Running)
            .AfterReentry(Interval, (watch, _) => watch.Elapsed = Duration.FromTimeSpan(++watch.Ticks * Interval))
            .InternalTransition<Lap>((watch, _) => watch.Laps.Add(watch.Elapsed ?? new Duration()))
            .Permit<Stop>(StopwatchState.Stopped);
        return machine.Build();
    }

    [Fact]
    public async Task A_stopwatch_ticks_until_it_is_stopped()
    {
        Assert.Equal([StopwatchState.Running], (await CallAsync("Start")).States);
        await TickedAsync(atLeast: 3);
        var lap = await CallAsync("Lap");
        await TickedAsync(atLeast: lap.Context.Ticks + 1);
        var stopped = await CallAsync("Stop");
        Assert.Equal([StopwatchState.Stopped], stopped.States);
        Assert.Equal([lap.Context.Elapsed], stopped.Context.Laps);
        Assert.Equal(stopped.Context.Ticks * Interval, stopped.Context.Elapsed.ToTimeSpan());
        Assert.True(stopped.Context.Ticks > lap.Context.Ticks);

        // The tick that was under way arrives, and is not wanted.
        await Host.EndedAsync(Key, "deliver", times: stopped.Context.Ticks + 1);
        Assert.Equal(stopped, await CallAsync("GetSnapshot"));
    }

    [Fact]
    public async Task A_stopwatch_that_is_reset_starts_from_nothing()
    {
        await CallAsync("Start");
        await TickedAsync(atLeast: 1);
        var reset = await CallAsync("Reset");
        Assert.Equal([StopwatchState.Stopped], reset.States);
        Assert.Equal(new Stopwatch(), reset.Context);

        await CallAsync("Start");
        await TickedAsync(atLeast: 1);
        Assert.Equal(Status.Active, (await CallAsync("Stop")).Info.Status);
    }

    private Task<StopwatchSnapshot> CallAsync(string method) => _stopwatches.CallAsync<StopwatchSnapshot>(method, Instance);

    private async Task TickedAsync(int atLeast)
    {
        var ticks = 0;
        await Eventually.BecomesTrueAsync(
            async () => (ticks = (await CallAsync("GetSnapshot")).Context.Ticks) >= atLeast, () => $"{atLeast} ticks; there were {ticks}");
    }
}

[Collection(NormalWorkflows.Name)]
public sealed class Stopwatch_workflow(NormalWorkflowHost host) : StopwatchWorkflow(host);

[Collection(ReplayWorkflows.Name)]
public sealed class Stopwatch_workflow_under_forced_replay(ReplayWorkflowHost host) : StopwatchWorkflow(host);
