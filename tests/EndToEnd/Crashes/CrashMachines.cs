using Machines;
using Restate.Sdk;
using Statecharts;

namespace EndToEnd.Crashes;

/// <summary>The machines that go through crashes: they write what they do outside into a ledger.</summary>
internal static class CrashMachines
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(20);

    private sealed record Start(string Key);

    private sealed record Add(int Amount);

    private sealed record Tick;

    private sealed record Note(string Key, string Text);

    private sealed class Data
    {
        public string Key { get; set; } = "";

        public int Total { get; set; }

        public List<string> Steps { get; set; } = [];
    }

    public static IReadOnlyList<DurableMachine> All(Ledger ledger) =>
    [
        Counter(),
        Switch(),
        Promise(ledger),
        Timers(),
        Actions(ledger),
        Family(ledger),
        Remote(ledger),
        Sleeper(ledger),
    ];

    private static StateMachineBuilder<string, Data> Define(string id) => new StateMachineBuilder<string, Data>(id).InitialTransition("idle");

    private static DurableMachine Counter()
    {
        var machine = Define("counter");
        machine.Configure("idle").InternalTransition<Add>((data, add) => data.Total += add.Amount);
        return new DurableMachine("counter", machine.Build());
    }

    /// <summary>Done with its first event.</summary>
    private static DurableMachine Switch()
    {
        var machine = Define("switch");
        machine.Configure("idle").Permit<Start>("done");
        machine.Configure("done").Final();
        return new DurableMachine("switch", machine.Build());
    }

    /// <summary>Two side effects, and a pause between them.</summary>
    private static DurablePromise<string, string> Work(Ledger ledger) => new("work", async (context, key) =>
    {
        var first = await context.Run("first", _ => Effect("first"));
        await context.Sleep(s_soon);
        return first + await context.Run("second", _ => Effect("second"));

        ValueTask<string> Effect(string name)
        {
            ledger.Add(key, name);
            return ValueTask.FromResult(name);
        }
    });

    private static DurableMachine Promise(Ledger ledger)
    {
        var machine = Define("promise");
        machine.Configure("idle").Permit<Start>("working", (data, start) => data.Key = start.Key);
        machine.Configure("working").Invoke(Work(ledger), data => data.Key).OnDone("done", (data, output) => data.Steps.Add(output));
        machine.Configure("done").Final();
        return new DurableMachine("promise", machine.Build());
    }

    /// <summary>Delays one after another and side by side; one is cancelled.</summary>
    private static DurableMachine Timers()
    {
        var machine = Define("timers");
        machine.Configure("idle").Permit<Start>("ticking");
        machine.Configure("ticking")
            .OnEntry(run => run.Raise(new Tick(), s_soon, "tick").Raise(new Add(100), s_soon, "never").Cancel("never"))
            .InternalTransition<Add>((data, add) => data.Total += add.Amount)
            .Permit<Tick>("waiting", (data, _) => data.Steps.Add("tick"));
        machine.Configure("waiting").After(s_soon, "done", (data, _) => data.Steps.Add("after"));
        machine.Configure("done").Final();
        return new DurableMachine("timers", machine.Build());
    }

    private static DurableAction<Note> Write(Ledger ledger) => new("write", (note, _) =>
    {
        ledger.Add(note.Key, note.Text);
        return ValueTask.CompletedTask;
    });

    /// <summary>Two side effects in order, and an event to another machine.</summary>
    private static DurableMachine Actions(Ledger ledger)
    {
        var machine = Define("actions");
        machine.Configure("idle").Permit<Start>("done", (data, start) => data.Key = start.Key, run => run
            .Execute(Write(ledger), (_, start) => new Note(start.Key, "before"))
            .Execute(Write(ledger), (_, start) => new Note(start.Key, "after"))
            .SendToMachine("counter", (_, start) => start.Key, (_, _) => new Add(1))
            .SendToMachine("counter", (_, start) => start.Key, (_, _) => new Add(10), s_soon));
        machine.Configure("done").Final();
        return new DurableMachine("actions", machine.Build());
    }

    /// <summary>A child within the instance, whose work is a promise; then a child that is an instance of its own.</summary>
    private static DurableMachine Family(Ledger ledger)
    {
        var child = new StateMachineBuilder<string, Data>("child").Context<string>(key => new Data { Key = key }).Output(data => data.Steps[0]).InitialTransition("working");
        child.Configure("working").Invoke(Work(ledger), data => data.Key).OnDone("done", (data, output) => data.Steps.Add(output));
        child.Configure("done").Final();

        var remote = new RemoteMachine<string, string>("remote", key => key);
        var machine = Define("family");
        machine.Configure("idle").Permit<Start>("within", (data, start) => data.Key = start.Key);
        machine.Configure("within").Invoke(child.Build(), data => data.Key).OnDone("apart", (data, output) => data.Steps.Add((string)output!));
        machine.Configure("apart").Invoke(remote, data => data.Key).OnDone("done", (data, output) => data.Steps.Add(output));
        machine.Configure("done").Final();
        return new DurableMachine("family", machine.Build());
    }

    private static DurableMachine Remote(Ledger ledger)
    {
        var machine = new StateMachineBuilder<string, Data>("remote").Context<string>(key => new Data { Key = key }).Output(_ => "remotely").InitialTransition("waiting");
        machine.Configure("waiting").After(s_soon, "done", actions: run => run.Execute(Write(ledger), (data, _) => new Note(data.Key, "remote")));
        machine.Configure("done").Final();
        return new DurableMachine("remote", machine.Build());
    }

    /// <summary>Works for an hour, and tidies up when it is cancelled.</summary>
    private static DurableMachine Sleeper(Ledger ledger)
    {
        var sleep = new DurablePromise<string, string>("sleep", async (context, key) =>
        {
            try
            {
                await context.Sleep(TimeSpan.FromHours(1));
                return "slept";
            }
            catch (TerminalException e) when (e.IsCancelled)
            {
                await context.Run("tidy", _ =>
                {
                    ledger.Add(key, "tidied");
                    return ValueTask.CompletedTask;
                });
                throw;
            }
        });
        var machine = Define("sleeper");
        machine.Configure("idle").Permit<Start>("sleeping", (data, start) => data.Key = start.Key);
        machine.Configure("sleeping").Invoke(sleep, data => data.Key).OnDone("idle");
        return new DurableMachine("sleeper", machine.Build());
    }
}
