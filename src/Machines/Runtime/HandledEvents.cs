using Restate.Sdk;
using Statecharts;

namespace Machines.Runtime;

/// <summary>Refuses events that a machine does not handle where it is, if it wants that.</summary>
internal static class HandledEvents
{
    /// <exception cref="TerminalException">400: the machine rejects what it does not handle.</exception>
    public static void Require(DurableMachine machine, Snapshot snapshot, Event @event)
    {
        if (machine.UnhandledEvents == UnhandledEvents.Reject && !Handles(snapshot, @event))
        {
            throw Errors.Unhandled(
                @event.Type, snapshot.Value.ToString(), snapshot.Status == ActorStatus.Active ? [.. snapshot.AcceptedEvents] : []);
        }
    }

    private static bool Handles(Snapshot snapshot, Event @event)
    {
        try
        {
            return snapshot.Handles(@event);
        }
        catch (Exception)
        {
            // A guard that throws is the machine's error, which is recorded when the event is processed.
            return true;
        }
    }
}
