namespace Statecharts.Benchmarks;

/// <summary>The machines of xstate.mjs.</summary>
internal static class BenchmarkMachines
{
    internal static readonly (string Name, Func<StateMachine> Build)[] All =
    [
        ("counter", Counter),
        ("regions", Regions),
        ("ring10", () => Ring(10)),
        ("ring1000", () => Ring(1000)),
    ];

    private static StateMachine Counter()
    {
        var machine = new StateMachineBuilder<string, Count>("counter");
        machine.Root.InternalTransition<Tick>((count, _) => count.Value++);
        return machine.Build();
    }

    private static StateMachine Regions()
    {
        var machine = new StateMachineBuilder<string, Count>("regions");
        machine.Root.Parallel();
        machine.Configure("a").InitialTransition("a.a1");
        machine.Configure("a.a1").Permit<Tick>("a.a2");
        machine.Configure("a.a2").Permit<Tick>("a.a1");
        machine.Configure("b").InitialTransition("b.b1");
        machine.Configure("b.b1").PermitIf<Tick>("b.b2", (count, _) => count.Value >= 0, (count, _) => count.Value++);
        machine.Configure("b.b2").PermitIf<Tick>("b.b1", (count, _) => count.Value >= 0);
        machine.Configure("c").InitialTransition("c.c1");
        machine.Configure("c.c1").InitialTransition("c.c1.d1");
        machine.Configure("c.c1.d1").Permit<Tick>("c.c1.d2");
        machine.Configure("c.c1.d2").Permit<Tick>("c.c1.d1");
        return machine.Build();
    }

    internal static StateMachine Ring(int size)
    {
        var machine = new StateMachineBuilder<string, Count>("ring").InitialTransition("s0");
        for (var i = 0; i < size; i++)
            machine.Configure($"s{i}").Permit<Tick>($"s{(i + 1) % size}");
        return machine.Build();
    }
}
