namespace Statecharts;

/// <summary>Turns a definition into the nodes of a machine, and finds all that is wrong with it.</summary>
internal sealed class MachineCompiler(StateMachine machine, MachineConfig config)
{
    private readonly List<StateNode> _nodes = [];
    private readonly List<StateConfig> _configs = [];
    private readonly Dictionary<string, StateNode> _byId = new(StringComparer.Ordinal);
    private readonly List<DefinitionError> _warnings = [];

    internal List<DefinitionError> Errors { get; } = [.. config.Errors];

    internal IReadOnlyList<DefinitionError> Warnings => _warnings;

    internal IReadOnlyDictionary<string, StateNode> NodesById => _byId;

    internal StateNode[] Compile()
    {
        AddNode(null, config.Root);
        for (var i = 0; i < _nodes.Count; i++)
            Link(_nodes[i], _configs[i]);
        foreach (var (path, id) in config.AskedStates.Where(asked => StatePathLookup.Find(_byId, _nodes[0], asked.Id) is null))
            Errors.Add(new DefinitionError(path, $"there is no state '{id}' to be in."));
        DefinitionChecks.FindUnusableData(config, Errors);
        DefinitionChecks.FindCircularHistory(config, _nodes, Errors);
        DefinitionChecks.FindMixedTargets(config, _nodes, Errors);
        if (Errors.Count == 0)
        {
            DefinitionChecks.FindSharedInvocations(config, _nodes, _warnings);
            DefinitionChecks.FindIdle(config, _nodes, _warnings);
            DefinitionChecks.FindUnreachable(config, _nodes, _warnings);
            DefinitionChecks.FindLostOutput(config, _nodes, _warnings);
        }
        return [.. _nodes];
    }

    private StateNode AddNode(StateNode? parent, StateConfig state)
    {
        var node = new StateNode(machine, parent, state.Key, _nodes.Count)
        {
            Kind = state.Kind ?? (state.States.Count > 0 ? StateNodeKind.Compound : StateNodeKind.Atomic),
            History = state.History,
            Tags = [.. state.Tags],
            Meta = state.Meta,
            Description = state.Description,
        };
        node.Id = state.Id ?? (parent is null ? machine.Id : $"{machine.Id}.{node.Path}");
        node.DoneEventType = Event.DoneStatePrefix + node.Id;
        _nodes.Add(node);
        _configs.Add(state);
        if (!_byId.TryAdd(node.Id, node))
            Errors.Add(new DefinitionError(config.PathOf(node), $"the id '{node.Id}' is also that of '{config.PathOf(_byId[node.Id])}'."));
        if (state.States.GroupBy(child => child.Key).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
            Errors.Add(new DefinitionError(config.PathOf(node), $"two children are named '{twice.Key}'."));

        node.ChildNodes = [.. state.States.Select(child => AddNode(node, child))];
        node.RealChildren = Array.FindAll(node.ChildNodes, child => child.Kind != StateNodeKind.History);
        node.HistoryChildren = Array.FindAll(node.ChildNodes, child => child.Kind == StateNodeKind.History);
        node.LastIndex = _nodes.Count - 1;
        return node;
    }

    private void Link(StateNode node, StateConfig state)
    {
        CheckKind(node, state);
        if (state.Initial is { } initial)
        {
            node.Initial = node.Child(initial);
            if (node.Initial is null)
                Errors.Add(new DefinitionError(config.PathOf(node), $"the initial state '{initial}' is not one of its children."));
        }
        if (state.HistoryTargets is { } historyTargets && node.Parent is not null)
            node.HistoryTargets = [.. historyTargets.Select(target => FindFrom(node.Parent, target, node)).OfType<StateNode>()];

        var transitions = new OrderedTransitions();
        foreach (var group in state.On.GroupBy(transition => transition.Descriptor))
            transitions.Set(group.Key, Compile(node, group.Key, group));
        if (state.OnDone.Count > 0)
            transitions.Set(node.DoneEventType, Compile(node, node.DoneEventType, state.OnDone));
        node.InvocationArray = [.. state.Invocations.Select((invocation, i) => Compile(node, invocation, i, transitions))];

        List<MachineAction> entry = [.. state.Entry];
        List<MachineAction> exit = [.. state.Exit];
        foreach (var delay in state.After)
        {
            var after = new Event($"{Event.AfterPrefix}{delay.Name}.{node.Id}");
            entry.Add(new RaiseAction((_, _) => after, delay.Delay, after.Type) { IsImplied = true });
            exit.Add(new CancelAction((_, _) => after.Type) { IsImplied = true });
            transitions.Append(after.Type, Compile(node, after.Type, delay.Transitions));
        }
        node.Entry = [.. entry];
        node.Exit = [.. exit];
        node.InitialActions = [.. state.InitialActions];
        node.Output = state.Output;
        node.AlwaysTransitions = Compile(node, "", state.Always);
        node.SetTransitions(transitions.ToList());
        var doubtful = config.IsStrict ? Errors : _warnings;
        DefinitionChecks.CheckReachable(config, node, doubtful);
        DefinitionChecks.CheckDescriptors(config, node, Errors, doubtful);
        DefinitionChecks.CheckInvocations(config, node, doubtful);
    }

    private void CheckKind(StateNode node, StateConfig state)
    {
        if (node.Kind == StateNodeKind.Compound && state.Initial is null)
        {
            var hint = state.States.Count > 0 ? $"make one of its children initial, such as '{state.States[0].Key}'" : "it has no children";
            Errors.Add(new DefinitionError(config.PathOf(node), $"a compound state needs an initial state; {hint}."));
        }
        if (node.Kind is StateNodeKind.Final or StateNodeKind.History && state.States.Count > 0)
            Errors.Add(new DefinitionError(config.PathOf(node), $"a {Name(node.Kind)} state cannot have children."));
        if (node.Kind == StateNodeKind.History && node.Parent is null)
            Errors.Add(new DefinitionError(config.PathOf(node), "the root cannot be a history state."));
        if (config.DeclaredTags is { } tags)
        {
            foreach (var tag in node.Tags.Where(tag => !tags.Contains(tag)))
                Errors.Add(new DefinitionError(config.PathOf(node), $"the tag '{tag}' was never declared."));
        }
        if (config.DeclaredStates is { } declared && node.Parent is not null && !declared.Contains(node.Key))
            Errors.Add(new DefinitionError(config.PathOf(node), $"the state '{node.Key}' was never declared."));
    }

    private Invocation Compile(StateNode node, InvocationConfig invocation, int index, OrderedTransitions transitions)
    {
        var id = invocation.Id ?? $"{index}.{node.Id}";
        Add(Event.DoneActorPrefix, invocation.OnDone);
        Add(Event.ErrorActorPrefix, invocation.OnError);
        Add(Event.SnapshotPrefix, invocation.OnSnapshot);
        var spawn = new SpawnAction(
            invocation.Source, invocation.Logic, (_, _) => id, invocation.Input, invocation.SystemId, invocation.OnSnapshot.Count > 0);
        return new Invocation(id, invocation.Source, invocation.Logic, spawn);

        void Add(string prefix, List<TransitionConfig> list)
        {
            if (list.Count > 0)
                transitions.Set(prefix + id, Compile(node, prefix + id, list));
        }
    }

    private Transition[] Compile(StateNode node, string descriptor, IEnumerable<TransitionConfig> transitions) =>
        [.. transitions.Select(transition => new Transition(
            node,
            descriptor,
            transition.Targets is null ? null : [.. transition.Targets.Select(target => FindTarget(node, target)).OfType<StateNode>()],
            transition.Reenter,
            transition.Guard,
            [.. transition.Actions])
        {
            Description = transition.Description,
        })];

    private StateNode? FindTarget(StateNode source, string target)
    {
        if (target.StartsWith('#'))
            return FindFrom(source, target, source);
        if (target.StartsWith('.'))
            return FindFrom(source, target[1..], source);
        if (source.Parent is { } parent)
            return FindFrom(parent, target, source);
        Errors.Add(new DefinitionError(config.PathOf(source), $"the target '{target}' cannot be reached from the root; did you mean '.{target}'?"));
        return null;
    }

    private StateNode? FindFrom(StateNode start, string target, StateNode source)
    {
        var found = StatePathLookup.Find(_byId, start, target);
        if (found is null)
            Errors.Add(new DefinitionError(config.PathOf(source), $"there is no state '{target}' to go to."));
        return found;
    }

    private static string Name(StateNodeKind kind) => kind == StateNodeKind.Final ? "final" : "history";

    /// <summary>Transitions by descriptor, in the order the descriptors came first.</summary>
    private sealed class OrderedTransitions
    {
        private readonly List<KeyValuePair<string, Transition[]>> _entries = [];

        internal void Set(string descriptor, Transition[] transitions)
        {
            var index = _entries.FindIndex(entry => entry.Key == descriptor);
            if (index < 0)
                _entries.Add(new(descriptor, transitions));
            else
                _entries[index] = new(descriptor, transitions);
        }

        internal void Append(string descriptor, Transition[] transitions)
        {
            var existing = _entries.Find(entry => entry.Key == descriptor).Value ?? [];
            Set(descriptor, [.. existing, .. transitions]);
        }

        internal List<KeyValuePair<string, Transition[]>> ToList() => _entries;
    }
}
