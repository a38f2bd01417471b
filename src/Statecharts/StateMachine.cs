using System.Text.Json;

namespace Statecharts;

/// <summary>
/// A compiled statechart: immutable, safe for concurrent use, and pure. It takes an instance's <see cref="Snapshot"/> and
/// an event, and returns the next snapshot with the effects that are left to the host.
/// </summary>
public sealed class StateMachine : ActorLogic
{
    private readonly IReadOnlyDictionary<string, StateNode> _byId;
    private readonly Func<object?, object?>? _createContext;
    private readonly bool _acceptsAnyEvent;
    private readonly JsonElement? _source;

    /// <exception cref="DefinitionException">The definition is wrong.</exception>
    internal StateMachine(MachineConfig config)
        : base(config.Id)
    {
        DataModel = config.DataModel;
        ContextType = config.ContextType;
        InputType = config.InputType;
        OutputType = config.OutputType;
        Actors = config.Actors;
        MaxMicrosteps = config.MaxMicrosteps;
        _createContext = config.CreateContext;
        _acceptsAnyEvent = config.AcceptsAnyEvent;
        _source = config.Source;

        var compiler = new MachineCompiler(this, config);
        NodeArray = compiler.Compile();
        EventTypes = DefinitionChecks.CollectEvents(config, NodeArray, compiler.Errors);
        if (compiler.Errors.Count > 0)
            throw new DefinitionException(Id, compiler.Errors);
        _byId = compiler.NodesById;
        Warnings = compiler.Warnings;
        HasParallel = Array.Exists(NodeArray, node => node.Kind == StateNodeKind.Parallel);
        HasAlways = Array.Exists(NodeArray, node => node.AlwaysTransitions.Length > 0);
        CanSchedule = Array.Exists(NodeArray, node => ActionsOf(node).Any(action => action.CanSchedule));
        InitialTransition = new Transition(Root, "", [.. InitialTargets(Root)], reenter: true, guard: null, actions: []);
    }

    /// <summary>The machine's id, which is also the name that parents refer to it by.</summary>
    public string Id => Name;

    /// <summary>How its data is copied, written and named.</summary>
    public DataModel DataModel { get; }

    /// <summary>The type of its context; null when nobody declared one.</summary>
    public Type? ContextType { get; }

    /// <summary>The state around all others.</summary>
    public StateNode Root => NodeArray[0];

    /// <summary>All its states in document order; the root is first.</summary>
    public IReadOnlyList<StateNode> States => NodeArray;

    /// <summary>What its children can run, by name.</summary>
    public IReadOnlyDictionary<string, ActorLogic> Actors { get; }

    /// <summary>The events that it knows, with the types of their data (null: any).</summary>
    public IReadOnlyDictionary<string, Type?> EventTypes { get; }

    /// <summary>What is doubtful about the definition, such as states that nothing leads to.</summary>
    public IReadOnlyList<DefinitionError> Warnings { get; }

    internal StateNode[] NodeArray { get; }

    internal int MaxMicrosteps { get; }

    internal bool HasParallel { get; }

    internal bool HasAlways { get; }

    /// <summary>Whether any of its actions can leave an event for later.</summary>
    internal bool CanSchedule { get; }

    internal Transition InitialTransition { get; }

    /// <summary>Loads XState's JSON config, as <c>createMachine</c> takes it and Stately's editor exports it.</summary>
    /// <param name="config">The config. What it says beyond XState's own properties is ignored.</param>
    /// <param name="implementations">What its names stand for.</param>
    /// <exception cref="JsonFormatException">The JSON is no config; the path says where.</exception>
    /// <exception cref="DefinitionException">The definition is wrong; it lists everything.</exception>
    public static StateMachine Load(JsonElement config, Implementations? implementations = null) =>
        XStateConfigReader.Read(config, implementations ?? new Implementations());

    /// <summary>Starts an instance.</summary>
    /// <param name="input">What its initial context is made of.</param>
    /// <returns>The first snapshot. When the start fails its status is <see cref="ActorStatus.Error"/>.</returns>
    public Macrostep Start(object? input = null)
    {
        var system = new ActorSystem(this, input);
        system.Root.Start();
        return system.ToMacrostep();
    }

    /// <summary>Sends an event to an actor of an instance. An event for an actor that is gone changes nothing.</summary>
    /// <param name="snapshot">The instance, which must be one of this machine.</param>
    /// <param name="event">The event.</param>
    /// <param name="target">Who gets it; null for the instance itself.</param>
    /// <exception cref="ArgumentException">The snapshot is one of another machine.</exception>
    public Macrostep Send(Snapshot snapshot, Event @event, ActorPath? target = null)
    {
        ArgumentNullException.ThrowIfNull(@event);
        var system = Restore(snapshot);
        var actor = target is null ? system.Root : system.Find(target);
        actor?.Send(@event);
        return system.ToMacrostep();
    }

    /// <summary>Sends the event that a message, or a type as text, stands for.</summary>
    /// <param name="snapshot">The instance, which must be one of this machine.</param>
    /// <param name="message">The message, or the event's type.</param>
    /// <param name="target">Who gets it; null for the instance itself.</param>
    /// <exception cref="ArgumentException">The snapshot is one of another machine.</exception>
    public Macrostep Send(Snapshot snapshot, object message, ActorPath? target = null) =>
        Send(snapshot, DataModel.ToEvent(message), target);

    /// <summary>Ends a promise with its output. A promise that is gone or has ended is left as it is.</summary>
    /// <param name="snapshot">The instance, which must be one of this machine.</param>
    /// <param name="promise">The promise, as <see cref="StartPromise"/> named it.</param>
    /// <param name="output">What it ended with.</param>
    /// <exception cref="ArgumentException">The snapshot is one of another machine.</exception>
    public Macrostep Resolve(Snapshot snapshot, ActorPath promise, object? output)
    {
        ArgumentNullException.ThrowIfNull(promise);
        var system = Restore(snapshot);
        (system.Find(promise) as RunningPromise)?.Resolve(output);
        return system.ToMacrostep();
    }

    /// <summary>Ends a promise with an error. A promise that is gone or has ended is left as it is.</summary>
    /// <param name="snapshot">The instance, which must be one of this machine.</param>
    /// <param name="promise">The promise, as <see cref="StartPromise"/> named it.</param>
    /// <param name="error">Why it failed.</param>
    /// <exception cref="ArgumentException">The snapshot is one of another machine.</exception>
    public Macrostep Reject(Snapshot snapshot, ActorPath promise, ActorError error)
    {
        ArgumentNullException.ThrowIfNull(promise);
        ArgumentNullException.ThrowIfNull(error);
        var system = Restore(snapshot);
        (system.Find(promise) as RunningPromise)?.Reject(error);
        return system.ToMacrostep();
    }

    /// <summary>Stops an instance and all its children. One that has ended is left as it is.</summary>
    /// <param name="snapshot">The instance, which must be one of this machine.</param>
    /// <exception cref="ArgumentException">The snapshot is one of another machine.</exception>
    public Macrostep Stop(Snapshot snapshot)
    {
        var system = Restore(snapshot);
        system.Root.Stop();
        return system.ToMacrostep();
    }

    /// <summary>Finds an actor of an instance: what it runs, and where it is. Null when it is gone.</summary>
    public ActorInfo? FindActor(Snapshot snapshot, ActorPath path)
    {
        RequireOwn(snapshot);
        ArgumentNullException.ThrowIfNull(path);
        return Find(snapshot, path);
    }

    /// <summary>The state at a dotted path, or with an id when the path begins with <c>#</c>; null when there is none.</summary>
    public StateNode? FindState(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        // A target's path may begin or end with a dot; as the name of a state it is none, as in XState.
        return path.Length > 0 && path[0] != '#' && StatePath.Split(path).Contains("") ? null : StatePathLookup.Find(_byId, Root, path);
    }

    /// <summary>Whether the machine knows events of a type: those from outside, and the engine's own that its transitions answer to.</summary>
    public bool Knows(string eventType)
    {
        ArgumentNullException.ThrowIfNull(eventType);
        return EventTypes.ContainsKey(eventType) || Accepts(eventType) || Array.Exists(NodeArray, node => node.Descriptors.Contains(eventType));
    }

    /// <summary>Reads an event from outside: <c>{"type": T, …fields}</c>.</summary>
    /// <exception cref="JsonFormatException">
    /// The type is missing, unknown to this machine or one of the engine's own, or a field does not fit.
    /// </exception>
    public Event ReadEvent(JsonElement json)
    {
        var type = ReadType(json);
        if (Event.IsInternalType(type))
            throw new JsonFormatException("type", $"'{type}' is an event of the engine's own, which nobody may send.");
        if (!EventTypes.TryGetValue(type, out var dataType) && !Accepts(type))
        {
            throw new JsonFormatException(
                "type", $"machine '{Id}' knows no event '{type}'. It knows {(EventTypes.Count == 0 ? "none" : string.Join(", ", EventTypes.Keys.Order(StringComparer.Ordinal)))}.");
        }
        return DataModel.ReadEvent(type, json, dataType);
    }

    /// <summary>Reads an event that <see cref="WriteEvent"/> wrote, the engine's own included.</summary>
    /// <exception cref="JsonFormatException">A field does not fit.</exception>
    public Event ReadScheduledEvent(JsonElement json)
    {
        var type = ReadType(json);
        return DataModel.ReadStoredEvent(type, json, EventTypes.GetValueOrDefault(type));
    }

    /// <summary>Writes an event as <c>{"type": T, …fields}</c>.</summary>
    public void WriteEvent(Utf8JsonWriter writer, Event @event) => DataModel.WriteEvent(writer, @event);

    /// <summary>Writes a snapshot in XState's persisted form.</summary>
    public void WriteSnapshot(Utf8JsonWriter writer, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        WriteSnapshotProperties(writer, snapshot);
        writer.WriteEndObject();
    }

    /// <summary>
    /// Writes the properties of a snapshot into an object that is already open: <c>status</c>, <c>value</c>, <c>context</c>,
    /// <c>output</c>, <c>error</c>, <c>historyValue</c>, <c>children</c>. A reader ignores any others beside them, except
    /// for <c>sessions</c> and <c>order</c>, which are the engine's too.
    /// </summary>
    public void WriteSnapshotProperties(Utf8JsonWriter writer, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(writer);
        RequireOwn(snapshot);
        SnapshotWriter.WriteProperties(writer, snapshot);
    }

    /// <summary>Reads a snapshot that <see cref="WriteSnapshot"/> or XState wrote.</summary>
    /// <exception cref="JsonFormatException">It does not fit this machine; the path says where.</exception>
    public Snapshot ReadSnapshot(JsonElement json) => SnapshotReader.Read(this, json);

    /// <summary>
    /// The machine as XState's JSON config. One that was loaded is written as it came; in one that was built in C#, functions
    /// appear by their kind or source text only.
    /// </summary>
    public string ToJson() => JsonText.Write(_source is { } source ? source.WriteTo : writer => XStateConfigWriter.Write(writer, this), indented: true);

    /// <summary>The machine as a Mermaid <c>stateDiagram-v2</c>.</summary>
    /// <param name="active">The states to mark, such as <see cref="Snapshot.ActiveStates"/>.</param>
    public string ToMermaid(IEnumerable<StateNode>? active = null) => MermaidDiagram.Draw(this, Marked(active));

    /// <summary>The machine as a Graphviz graph.</summary>
    /// <param name="active">The states to mark, such as <see cref="Snapshot.ActiveStates"/>.</param>
    public string ToDot(IEnumerable<StateNode>? active = null) => DotDiagram.Draw(this, Marked(active));

    /// <summary>The machine as an SVG image.</summary>
    /// <param name="active">The states to mark, such as <see cref="Snapshot.ActiveStates"/>.</param>
    public string ToSvg(IEnumerable<StateNode>? active = null) => SvgDiagram.Draw(this, Marked(active));

    internal StateNode? FindStateById(string id) => _byId.GetValueOrDefault(id);

    /// <exception cref="InvalidOperationException">It would be null, which a stored snapshot cannot have.</exception>
    internal object? CreateContext(object? input) =>
        _createContext is null ? null : _createContext(input) ?? throw new InvalidOperationException("The initial context is null.");

    private ActorSystem Restore(Snapshot snapshot)
    {
        RequireOwn(snapshot);
        return new ActorSystem(snapshot);
    }

    private void RequireOwn(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (!ReferenceEquals(snapshot.Machine, this))
            throw new ArgumentException($"The snapshot is one of machine '{snapshot.Machine.Id}', not of this '{Id}'.", nameof(snapshot));
    }

    private bool Accepts(string type) =>
        _acceptsAnyEvent
        || Array.Exists(NodeArray, node => node.Descriptors.Any(descriptor =>
            descriptor != "*" && EventDescriptor.IsWildcard(descriptor) && EventDescriptor.Matches(descriptor, type)));

    private static ActorInfo? Find(Snapshot snapshot, ActorPath path)
    {
        if (path.Parent is null)
            return new ActorInfo(ActorPath.Root, snapshot.Machine, snapshot, snapshot.Machine.DataModel);
        if (Find(snapshot, path.Parent) is not { Snapshot: Snapshot parent } found || parent.Child(path.Id) is not { } child)
            return null;
        if (path.Session is { } session && session != child.Session)
            return null;
        var dataModel = child.Logic is StateMachine machine ? machine.DataModel : parent.Machine.DataModel;
        return new ActorInfo(found.Path.Child(child.Id, child.Session), child.Logic, child.Snapshot, dataModel);
    }

    private static HashSet<StateNode> Marked(IEnumerable<StateNode>? active) => [.. active ?? []];

    private static string ReadType(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new JsonFormatException("", "an event must be an object with a type.");
        if (!json.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() is not { Length: > 0 } name)
            throw new JsonFormatException("type", "an event must have a type, which is text.");
        return name;
    }

    private static IEnumerable<MachineAction> ActionsOf(StateNode node) =>
        node.Entry.Concat(node.Exit).Concat(node.InitialActions)
            .Concat(node.Transitions.Concat(node.Always).SelectMany(transition => transition.ActionNodes));

    private static IEnumerable<StateNode> InitialTargets(StateNode node) => node.Kind switch
    {
        StateNodeKind.Compound => [node, .. InitialTargets(node.Initial!)],
        StateNodeKind.Parallel => [node, .. node.RealChildren.SelectMany(InitialTargets)],
        _ => [node],
    };
}
