using Statecharts;

namespace Machines.Testing;

/// <summary>A transition that a <see cref="MachineTest"/>'s machine keeps.</summary>
/// <param name="Revision">The revision that it led to.</param>
/// <param name="Event">The type of the event that caused it; <see cref="Statecharts.Event.InitType"/> for the start.</param>
/// <param name="Time">When, on the test's clock (<see cref="MachineTest.Elapsed"/>).</param>
/// <param name="Value">The state value that it led to.</param>
public sealed record HistoryEntry(ulong Revision, string Event, TimeSpan Time, StateValue Value);
