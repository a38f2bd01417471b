using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Machines.Schema;
using Statecharts;

namespace Machines;

/// <summary>A statechart to be run as a Restate virtual object: every key of the object is an instance of the machine.</summary>
public sealed class DurableMachine
{
    /// <summary>The most transitions that an instance can keep.</summary>
    public const int MaxHistory = 1000;

    private readonly Dictionary<string, StateMachine> _versions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DurableAction> _actions = new(StringComparer.Ordinal);

    /// <param name="name">The virtual object's name, by which callers and the proto service's <c>object</c> option refer to it.</param>
    /// <param name="machine">The definition that new instances run on. Its id is their version.</param>
    /// <param name="versions">Earlier definitions. An instance stays on the one that it began with.</param>
    /// <exception cref="ArgumentException">Two definitions have the same id.</exception>
    public DurableMachine(string name, StateMachine machine, params IEnumerable<StateMachine> versions)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(versions);
        Name = name;
        Machine = machine;
        foreach (var version in versions.Prepend(machine))
        {
            if (!_versions.TryAdd(version.Id, version))
                throw new ArgumentException($"Two versions of '{name}' have the id '{version.Id}'; give each definition an id of its own.", nameof(versions));
        }
    }

    /// <summary>The virtual object's name.</summary>
    public string Name { get; }

    /// <summary>The definition that new instances run on.</summary>
    public StateMachine Machine { get; }

    /// <summary>
    /// The proto file with the machine's typed service, published for the gateway. Default: the file that declares the
    /// machine's event message; null when that is no proto message.
    /// </summary>
    public FileDescriptor? Schema { get; init; }

    /// <summary>
    /// Whether <c>create</c> must come first. By default a <c>send</c>, or a <c>waitFor</c> with an event, creates the instance
    /// when there is none.
    /// </summary>
    public bool RequireCreate { get; init; }

    /// <summary>What becomes of an event that the machine knows, but does not handle in the state it is in.</summary>
    public UnhandledEvents UnhandledEvents { get; init; }

    /// <summary>The side effects that definitions ask for by name only, such as those that were loaded from XState's JSON.</summary>
    /// <exception cref="ArgumentException">Two of them have the same name.</exception>
    public IEnumerable<DurableAction> Actions
    {
        get => _actions.Values;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (var action in value)
            {
                if (!_actions.TryAdd(action.Name, action))
                    throw new ArgumentException($"Two actions of '{Name}' have the name '{action.Name}'.", nameof(value));
            }
        }
    }

    /// <summary>How long an instance is kept after it is done; then it is disposed. Default: for ever. One that is done already keeps to what was set then.</summary>
    public TimeSpan? FinalStateTtl { get; init; }

    /// <summary>
    /// How many of its last transitions an instance keeps, for watchers and audits: of each its revision, event type, time and state
    /// value. They are stored with the snapshot, so every event reads and writes them. From 0 (the default) to <see cref="MaxHistory"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 0, or more than <see cref="MaxHistory"/>.</exception>
    public int History
    {
        get;
        init
        {
            if (value is < 0 or > MaxHistory)
                throw new ArgumentOutOfRangeException(nameof(value), value, $"History of '{Name}' must be from 0 to {MaxHistory} transitions.");
            field = value;
        }
    }

    /// <summary>What the machine is for, shown by Restate's UI; Markdown by convention.</summary>
    public string? Documentation { get; init; }

    /// <summary>After how long something comes again that this deployment could not bring in: an event of a timer or another machine, the end of a promise or a waiter.</summary>
    internal TimeSpan PostponedFor { get; init; } = TimeSpan.FromMinutes(1);

    internal FileDescriptor? SchemaFile => Schema ?? (Machine.DataModel as ProtobufDataModel)?.File;

    internal DurableAction? FindAction(string name) => _actions.GetValueOrDefault(name);

    /// <summary>The promises of all versions and their child machines that Restate retries.</summary>
    internal IEnumerable<PromiseActor> RetriedPromises =>
        Definitions.SelectMany(machine => machine.Actors.Values.OfType<PromiseActor>()).Distinct().Where(promise => promise is IDurablePromise { Retry: not null });

    /// <summary>The definitions of all versions, and those of the child machines that run inside the same instance.</summary>
    internal IEnumerable<StateMachine> Definitions
    {
        get
        {
            HashSet<StateMachine> seen = [];
            return _versions.Values.SelectMany(version => WithChildren(version, seen));
        }
    }

    /// <summary>Whether <c>create</c> takes no input. A definition that was loaded from JSON takes any: it sees it in its first event.</summary>
    internal bool TakesNoInput => Machine.InputType is null && Machine.ContextType != typeof(JsonObject);

    /// <summary>The definitions that instances can run on.</summary>
    internal IReadOnlyCollection<StateMachine> Versions => _versions.Values;

    internal StateMachine? FindVersion(string id) => _versions.GetValueOrDefault(id);

    private static IEnumerable<StateMachine> WithChildren(StateMachine machine, HashSet<StateMachine> seen) =>
        seen.Add(machine)
            ? machine.Actors.Values.OfType<StateMachine>().SelectMany(child => WithChildren(child, seen)).Prepend(machine)
            : [];
}
