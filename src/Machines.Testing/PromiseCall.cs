using Restate.Sdk;

namespace Machines.Testing;

/// <summary>A call that the code of a promise made in a <see cref="MachineTest"/>.</summary>
/// <param name="Target">The handler it called.</param>
/// <param name="Input">The request.</param>
/// <param name="IsOneWay">Whether it went on without an answer.</param>
/// <param name="Delay">How long a one-way call was to wait; null for not at all.</param>
public sealed record PromiseCall(Target Target, ReadOnlyMemory<byte> Input, bool IsOneWay, TimeSpan? Delay);
