using Statecharts;

namespace Machines;

/// <summary>What a transition of a durable machine can do beyond the engine's own actions.</summary>
public static class DurableActionListExtensions
{
    /// <summary>Performs a side effect, once.</summary>
    /// <param name="actions">The transition's actions.</param>
    /// <param name="action">The side effect.</param>
    /// <param name="parameters">What it is given.</param>
    public static ActionList<TContext, TEvent> Execute<TContext, TEvent, TParameters>(
        this ActionList<TContext, TEvent> actions, DurableAction<TParameters> action, Func<TContext, TEvent, TParameters> parameters)
    {
        ArgumentNullException.ThrowIfNull(actions);
        ArgumentNullException.ThrowIfNull(action);
        ArgumentNullException.ThrowIfNull(parameters);
        return actions.Execute(action.Name, (context, @event) => new DurableActionCall(action, parameters(context, @event)));
    }

    /// <summary>Sends an event to an instance of any machine, exactly once, by its <c>send</c> handler.</summary>
    /// <param name="actions">The transition's actions.</param>
    /// <param name="machine">The other machine's name, which is its virtual object's.</param>
    /// <param name="key">The instance.</param>
    /// <param name="message">The event: a message, whose type's name is the event's in SCREAMING_SNAKE_CASE, or an <see cref="Event"/>.</param>
    /// <param name="delay">How long to wait; null for not at all.</param>
    public static ActionList<TContext, TEvent> SendToMachine<TContext, TEvent>(
        this ActionList<TContext, TEvent> actions,
        string machine,
        Func<TContext, TEvent, string> key,
        Func<TContext, TEvent, object> message,
        TimeSpan? delay = null)
    {
        ArgumentNullException.ThrowIfNull(actions);
        ArgumentException.ThrowIfNullOrEmpty(machine);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(message);
        return actions.Execute($"send to {machine}", (context, @event) => new MachineSend(machine, key(context, @event), message(context, @event), delay));
    }
}
