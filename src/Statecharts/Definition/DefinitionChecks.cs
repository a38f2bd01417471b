namespace Statecharts;

/// <summary>Finds definitions that make no sense, though they could be run.</summary>
internal static class DefinitionChecks
{
    /// <summary>Of several transitions for one event, only the last may go without a guard.</summary>
    internal static void CheckReachable(MachineConfig config, StateNode node, List<DefinitionError> errors)
    {
        foreach (var group in node.Transitions.Concat(node.Always).GroupBy(transition => transition.EventType))
        {
            var transitions = group.ToList();
            var unguarded = transitions.FindIndex(transition => transition.GuardNode is null);
            if (unguarded < 0 || unguarded == transitions.Count - 1)
                continue;
            var what = group.Key.Length == 0 ? "without an event" : $"for '{group.Key}'";
            errors.Add(new DefinitionError(config.PathOf(node),
                $"its transition {what} to {Targets(transitions[unguarded + 1])} can never be taken: the one to "
                + $"{Targets(transitions[unguarded])} before it has no guard. Guard that one, or put it last."));
        }
    }

    /// <summary>Descriptors that look like something else than they are.</summary>
    internal static void CheckDescriptors(MachineConfig config, StateNode node, List<DefinitionError> errors, List<DefinitionError> doubtful)
    {
        foreach (var descriptor in node.Descriptors)
        {
            if (descriptor.Length == 0)
                errors.Add(new DefinitionError(config.PathOf(node), "a transition has an empty event type; one that needs no event is made by Always (always in JSON)."));
            else if (EventDescriptor.IsMisplacedWildcard(descriptor) && !config.Events.ContainsKey(descriptor))
                doubtful.Add(new DefinitionError(config.PathOf(node), $"the '*' in '{descriptor}' stands for nothing: only '*' alone and a last token, as in 'order.*', are wildcards."));
        }
    }

    /// <summary>Of two children of one state under one id, the first would be stopped at once.</summary>
    internal static void CheckInvocations(MachineConfig config, StateNode node, List<DefinitionError> errors)
    {
        foreach (var twice in node.Invocations.GroupBy(invocation => invocation.Id).Where(group => group.Skip(1).Any()))
            errors.Add(new DefinitionError(config.PathOf(node), $"it invokes {string.Join(" and ", twice.Select(invocation => $"'{invocation.Source}'"))} as '{twice.Key}': give each an id of its own."));
    }

    /// <summary>States that can be active together and invoke under one id, so that one stops the other's child.</summary>
    internal static void FindSharedInvocations(MachineConfig config, List<StateNode> nodes, List<DefinitionError> warnings)
    {
        var invoking = nodes.SelectMany(node => node.Invocations.Select(invocation => (Node: node, invocation.Id))).ToList();
        foreach (var (node, id) in invoking)
        {
            if (invoking.Find(other => other.Id == id && other.Node.Index < node.Index && CanBeTogether(other.Node, node)).Node is { } before)
                warnings.Add(new DefinitionError(config.PathOf(node), $"entering it stops what '{before.Id}' invoked, which has the same id '{id}'; give each an id of its own."));
        }
    }

    /// <summary>What is said of states that never come to do it.</summary>
    internal static void FindIdle(MachineConfig config, List<StateNode> nodes, List<DefinitionError> warnings)
    {
        foreach (var node in nodes)
        {
            if (node.Kind == StateNodeKind.History && HasBehaviour(node))
                warnings.Add(new DefinitionError(config.PathOf(node), "a history state is never active: its transitions, actions, invocations and tags do nothing."));
            else if (node is { Kind: StateNodeKind.Final, Parent: { Parent: null, Kind: StateNodeKind.Compound } } && HasNext(node))
                warnings.Add(new DefinitionError(config.PathOf(node), "the machine ends with it, so its transitions and invocations do nothing."));
            else if (node.Kind is StateNodeKind.Atomic or StateNodeKind.Final && node.Transitions.Any(transition => transition.EventType == node.DoneEventType))
                warnings.Add(new DefinitionError(config.PathOf(node), "it has no children that could be done, so its OnDone does nothing."));
            else if (node.Parent is null && node.Transitions.Any(transition => transition.EventType == node.DoneEventType))
                warnings.Add(new DefinitionError(config.PathOf(node), "the machine ends when its children are done, so the root's OnDone does nothing."));
        }

        static bool HasBehaviour(StateNode node) => HasNext(node) || node.Entry.Length + node.Exit.Length + node.Tags.Count > 0;

        static bool HasNext(StateNode node) => node.Transitions.Count + node.Always.Count + node.Invocations.Count > 0;
    }

    /// <summary>Transitions, and history states, that lead to several states which cannot be active together.</summary>
    internal static void FindMixedTargets(MachineConfig config, List<StateNode> nodes, List<DefinitionError> errors)
    {
        foreach (var node in nodes)
        {
            foreach (var transition in node.Transitions.Concat(node.Always))
                Check(node, transition.Targets);
            Check(node, node.HistoryTargets ?? []);
        }

        void Check(StateNode source, IReadOnlyList<StateNode> targets)
        {
            for (var i = 1; i < targets.Count; i++)
            {
                if (targets.Take(i).FirstOrDefault(before => !CanBeTogether(before, targets[i])) is { } other)
                {
                    errors.Add(new DefinitionError(config.PathOf(source),
                        $"it leads to both '{other.Path}' and '{targets[i].Path}' at once: only states in different regions can be active together."));
                }
            }
        }
    }

    /// <summary>History states whose default leads, by initial states and other defaults, back to themselves.</summary>
    internal static void FindCircularHistory(MachineConfig config, List<StateNode> nodes, List<DefinitionError> errors)
    {
        foreach (var history in nodes.Where(node => node.Kind == StateNodeKind.History && node.Parent is not null))
        {
            var entered = new HashSet<StateNode>();
            var open = new Stack<StateNode>(Entered(history));
            while (open.TryPop(out var node))
            {
                if (!entered.Add(node))
                    continue;
                foreach (var next in Entered(node))
                    open.Push(next);
            }
            if (entered.Contains(history))
                errors.Add(new DefinitionError(config.PathOf(history), "by default it leads back to itself; give it a target that does not."));
        }
    }

    /// <summary>States that nothing leads to.</summary>
    internal static void FindUnreachable(MachineConfig config, List<StateNode> nodes, List<DefinitionError> warnings)
    {
        var reached = new HashSet<StateNode>();
        var open = new Stack<StateNode>();
        Reach(nodes[0]);
        while (open.TryPop(out var node))
        {
            foreach (var next in Next(node))
                Reach(next);
        }
        foreach (var node in nodes.Where(node => !reached.Contains(node) && (node.Parent is null || reached.Contains(node.Parent))))
            warnings.Add(new DefinitionError(config.PathOf(node), "nothing leads to it."));

        void Reach(StateNode? node)
        {
            // Entering a state enters those around it.
            for (; node is not null && reached.Add(node); node = node.Parent)
                open.Push(node);
        }
    }

    /// <summary>Final states whose output nobody gets: a machine ends with an output of its own, or with none.</summary>
    internal static void FindLostOutput(MachineConfig config, List<StateNode> nodes, List<DefinitionError> warnings)
    {
        var root = nodes[0];
        if (root.Output is not null)
            return;

        foreach (var node in nodes.Where(node => node.Parent == root && node.Output is not null))
            warnings.Add(new DefinitionError(config.PathOf(node), "its output reaches nobody: the machine has none; give it one, made of that of its final state."));
    }

    /// <summary>Types whose data would not be read as it is stored.</summary>
    internal static void FindUnusableData(MachineConfig config, List<DefinitionError> errors)
    {
        var model = config.DataModel;
        Check("context", config.ContextType, model.ProblemOfData);
        Check("input", config.InputType, model.ProblemOfData);
        Check("output", config.OutputType, model.ProblemOfData);
        foreach (var promise in config.Actors.Values.OfType<PromiseActor>())
        {
            Check($"input of '{promise.Name}'", promise.InputType, model.ProblemOfData);
            Check($"output of '{promise.Name}'", promise.OutputType, model.ProblemOfData);
        }

        foreach (var (type, dataType) in config.Events)
            Check($"event '{type}'", dataType, model.ProblemOfEvent);

        void Check(string role, Type? type, Func<Type, string?> problemOf)
        {
            if (type is not null && problemOf(type) is { } problem)
                errors.Add(new DefinitionError("", $"the {role} cannot be used: {problem}."));
        }
    }

    /// <summary>The events that a machine knows: those it names and those of the schema, which must cover them.</summary>
    internal static Dictionary<string, Type?> CollectEvents(MachineConfig config, StateNode[] nodes, List<DefinitionError> errors)
    {
        var events = new Dictionary<string, Type?>(config.Events, StringComparer.Ordinal);
        var schema = config.DataModel.EventTypes;
        foreach (var (type, dataType) in schema ?? new Dictionary<string, Type>())
        {
            if (config.Events.GetValueOrDefault(type) is { } named && named != dataType)
                errors.Add(new DefinitionError("", $"the event '{type}' is {Naming.Qualified(named)} here, but {Naming.Qualified(dataType)} in the schema."));
            events[type] = dataType;
        }

        foreach (var node in nodes)
        {
            foreach (var descriptor in node.Descriptors.Where(IsOwn))
            {
                if (schema is not null && !schema.ContainsKey(descriptor))
                    errors.Add(new DefinitionError(config.PathOf(node), $"the event '{descriptor}' is not one of the schema's: {string.Join(", ", schema.Keys)}."));
                events.TryAdd(descriptor, null);
            }
        }
        return events;

        static bool IsOwn(string descriptor) =>
            !EventDescriptor.IsWildcard(descriptor) && !descriptor.StartsWith(Event.InternalPrefix, StringComparison.Ordinal);
    }

    private static IEnumerable<StateNode> Next(StateNode node) =>
        Entered(node).Concat(node.Transitions.Concat(node.Always).SelectMany(transition => transition.Targets));

    /// <summary>What is entered with a state by default.</summary>
    private static StateNode[] Entered(StateNode node) => node.Kind switch
    {
        StateNodeKind.Compound => node.Initial is { } initial ? [initial] : [],
        StateNodeKind.Parallel => node.RealChildren,
        StateNodeKind.History => ExitSet.HistoryDefault(node),
        _ => [],
    };

    /// <summary>Whether one lies within the other, or each in another region.</summary>
    private static bool CanBeTogether(StateNode a, StateNode b)
    {
        var common = a;
        while (common != b && !b.IsProperDescendantOf(common) && common.Parent is { } parent)
            common = parent;
        return common == a || common == b || common.Kind == StateNodeKind.Parallel;
    }

    private static string Targets(Transition transition) =>
        transition.HasTargets ? string.Join(" and ", transition.Targets.Select(target => $"'{target.Path}'")) : "itself";
}
