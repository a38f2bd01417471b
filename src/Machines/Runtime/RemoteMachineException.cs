using Statecharts;

namespace Machines.Runtime;

/// <summary>Another machine, run as a child, failed.</summary>
internal sealed class RemoteMachineException(ActorError error) : Exception(error.Message)
{
    public ActorError Error { get; } = error;
}
