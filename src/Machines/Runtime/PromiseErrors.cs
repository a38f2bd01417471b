using Restate.Sdk;
using Statecharts;

namespace Machines.Runtime;

/// <summary>What a promise's code threw, as its machine sees it.</summary>
internal static class PromiseErrors
{
    public static ActorError Of(Exception exception) => exception switch
    {
        RemoteMachineException remote => remote.Error,
        TerminalException terminal => ActorError.From(terminal) with { Code = terminal.Code },
        _ => ActorError.From(exception),
    };
}
