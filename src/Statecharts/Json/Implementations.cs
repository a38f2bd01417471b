using System.Text.Json.Nodes;

namespace Statecharts;

/// <summary>What the names in an XState config stand for. The context of such a machine is a <see cref="JsonObject"/>.</summary>
/// <remarks>
/// Built in, unless a name is given again here, are the actions <c>assign</c>, <c>raise</c>, <c>sendTo</c>, <c>cancel</c>,
/// <c>emit</c>, <c>log</c>, <c>spawnChild</c> and <c>stopChild</c>, and the guards <c>equals</c>, <c>gte</c>,
/// <c>eventEquals</c>, <c>stateIn</c>, <c>and</c>, <c>or</c>, <c>not</c> and <c>always</c>.
/// </remarks>
public sealed class Implementations
{
    internal Dictionary<string, Action<ActionList<JsonObject, Event>, JsonNode?>> ActionLists { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, Func<JsonObject, Event, JsonNode?, bool>> Guards { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, Func<JsonObject, Event, TimeSpan>> Delays { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, ActorLogic> Actors { get; } = new(StringComparer.Ordinal);

    /// <summary>An action that changes the context. It also gets the action's <c>params</c>.</summary>
    /// <exception cref="ArgumentException">The function is async, so that nobody would wait for it.</exception>
    public Implementations Action(string name, Action<JsonObject, Event, JsonNode?> assign)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(assign);
        if (AuthoringChecks.ProblemOfAssign(assign, typeof(JsonObject)) is { } problem)
            throw new ArgumentException($"The action '{name}' cannot be used: {problem}", nameof(assign));
        ActionLists[name] = (list, parameters) => list.Assign((context, @event) => assign(context, @event, parameters?.DeepClone()));
        return this;
    }

    /// <summary>An action that consists of others. The function lists them when the machine is loaded.</summary>
    public Implementations Actions(string name, Action<ActionList<JsonObject, Event>, JsonNode?> actions)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(actions);
        ActionLists[name] = actions;
        return this;
    }

    /// <summary>A guard. It also gets the guard's <c>params</c>.</summary>
    public Implementations Guard(string name, Func<JsonObject, Event, JsonNode?, bool> guard)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(guard);
        Guards[name] = guard;
        return this;
    }

    /// <summary>A delay that <c>after</c>, <c>raise</c> or <c>sendTo</c> names.</summary>
    public Implementations Delay(string name, Func<JsonObject, Event, TimeSpan> delay)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(delay);
        Delays[name] = delay;
        return this;
    }

    /// <summary>
    /// What <c>invoke</c> and <c>spawnChild</c> run under a name. A name that is not given stands for a
    /// <see cref="PromiseActor"/> of that name.
    /// </summary>
    public Implementations Actor(string name, ActorLogic logic)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(logic);
        Actors[name] = logic;
        return this;
    }
}
