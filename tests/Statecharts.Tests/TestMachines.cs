namespace Statecharts.Tests;

/// <summary>Builds machines whose states are named by text.</summary>
internal static class TestMachines
{
    /// <summary>A machine named <c>m</c> that starts in <c>a</c>.</summary>
    internal static StateMachine Build(Action<StateMachineBuilder<string, Data>> define, string id = "m", string initial = "a")
    {
        var machine = new StateMachineBuilder<string, Data>(id).InitialTransition(initial);
        define(machine);
        return machine.Build();
    }

    /// <summary>A state that logs <c>+NAME</c> when it is entered and <c>-NAME</c> when it is left.</summary>
    internal static StateConfiguration<string, Data> Logging(StateMachineBuilder<string, Data> machine, string state) =>
        machine.Configure(state).OnEntry(run => run.Log($"+{state}")).OnExit(run => run.Log($"-{state}"));
}
