namespace Statecharts.Tests.Examples;

/// <summary>A machine without states: only the root answers events.</summary>
public class CounterTests
{
    private sealed class Counter
    {
        public int Count { get; set; }
    }

    private sealed record Increment(int By = 1);

    private sealed record Decrement;

    private static readonly StateMachine s_machine = Build();

    private static StateMachine Build()
    {
        var machine = new StateMachineBuilder<string, Counter>("counterv1");
        machine.Root
            .InternalTransition<Increment>((counter, increment) => counter.Count += increment.By)
            .InternalTransition<Decrement>((counter, _) => counter.Count--);
        return machine.Build();
    }

    [Fact]
    public void Events_change_a_copy_of_the_context()
    {
        var first = s_machine.Start().Snapshot;
        var second = s_machine.Send(first, new Increment(5)).Snapshot;
        var third = s_machine.Send(second, new Decrement()).Snapshot;

        Assert.Equal([0, 5, 4], new[] { first, second, third }.Select(snapshot => snapshot.ContextAs<Counter>().Count));
        Assert.Equal("{}", third.Value.ToString());
    }

    [Fact]
    public void An_event_that_nothing_answers_leaves_the_very_same_snapshot()
    {
        var first = s_machine.Start().Snapshot;

        var step = s_machine.Send(first, new Event("UNKNOWN"));

        Assert.Same(first, step.Snapshot);
        Assert.Empty(step.Effects);
    }
}
