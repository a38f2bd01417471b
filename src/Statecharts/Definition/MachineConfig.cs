using System.Text.Json;

namespace Statecharts;

/// <summary>What both ways of defining a machine come down to, before it is checked and compiled.</summary>
internal sealed class MachineConfig
{
    internal required string Id { get; init; }

    internal required DataModel DataModel { get; init; }

    internal required StateConfig Root { get; init; }

    /// <summary>The initial context for an input.</summary>
    internal Func<object?, object?>? CreateContext { get; set; }

    internal Type? ContextType { get; set; }

    internal Type? InputType { get; set; }

    internal Type? OutputType { get; set; }

    /// <summary>The event types that the definition names, with the types of their data.</summary>
    internal Dictionary<string, Type?> Events { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether event types that nobody named are fine, as they are in XState.</summary>
    internal bool AcceptsAnyEvent { get; set; }

    /// <summary>Whether doubtful definitions are errors; XState takes them.</summary>
    internal bool IsStrict { get; set; }

    /// <summary>The tags that may be used; null when any may.</summary>
    internal HashSet<string>? DeclaredTags { get; set; }

    /// <summary>The names of states that the schema declares; null when it declares none.</summary>
    internal IReadOnlyCollection<string>? DeclaredStates { get; set; }

    /// <summary>The JSON config that it was read from; null when it was built in C#.</summary>
    internal JsonElement? Source { get; init; }

    internal int MaxMicrosteps { get; set; } = 10_000;

    /// <summary>All that children can run.</summary>
    internal Dictionary<string, ActorLogic> Actors { get; } = new(StringComparer.Ordinal);

    /// <summary>The ids of states that guards ask for, and where.</summary>
    internal List<(string Path, string Id)> AskedStates { get; } = [];

    /// <summary>What was found wrong before compiling.</summary>
    internal List<DefinitionError> Errors { get; } = [];

    /// <summary>How errors name a state: by its dotted path, or where in the JSON config it is.</summary>
    internal string PathOf(StateNode node) =>
        Source is null || node.Parent is null ? node.Path
        : node.Parent.Parent is null ? $"states.{node.Key}"
        : $"{PathOf(node.Parent)}.states.{node.Key}";

    internal void AddEvent(string path, string type, Type dataType)
    {
        if (Events.GetValueOrDefault(type) is { } other && other != dataType)
            Errors.Add(new DefinitionError(path, $"the event '{type}' is both {Naming.Qualified(other)} and {Naming.Qualified(dataType)}; rename one of them."));
        Events[type] = dataType;
    }

    internal void AddActor(string path, ActorLogic logic)
    {
        if (!Actors.TryAdd(logic.Name, logic) && !ReferenceEquals(Actors[logic.Name], logic))
            Errors.Add(new DefinitionError(path, $"two different actors are named '{logic.Name}'; name one of them differently."));
    }
}
