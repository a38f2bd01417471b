using Counter.V1;
using Machines;
using Statecharts;

namespace ExampleMachines;

/// <summary>
/// A counter in two versions that count in different fields. An instance stays on the version that it began with; new ones take
/// the version that comes first.
/// </summary>
public static class CounterMachine
{
    public static StateMachine V1 { get; } = Counter("counterv1", (context, by) => context.Count += by);

    public static StateMachine V2 { get; } = Counter("counterv2", (context, by) => context.Total += by);

    public static DurableMachine Definition { get; } = new("counter", V2, V1)
    {
        Documentation = "Counts: send increment or decrement.",
    };

    /// <summary>The same versions, but new instances take the other one.</summary>
    public static DurableMachine Swapped { get; } = new("counter", V1, V2);

    /// <summary>The same with a trail of what happened, for watchers who must not miss a step.</summary>
    public static DurableMachine Audited { get; } = new("counter", V2, V1) { History = DurableMachine.MaxHistory };

    private static StateMachine Counter(string version, Action<CounterContext, int> add)
    {
        var machine = ProtobufMachine.Define<CounterContext, CounterEvent>(version);
        machine.Root
            .InternalTransition<Increment>((context, _) => add(context, 1))
            .InternalTransition<Decrement>((context, _) => add(context, -1));
        return machine.Build();
    }
}
