namespace Statecharts;

/// <summary>The part of a builder that knows states by their names only.</summary>
/// <typeparam name="TState">What states are named by: an enum, or text with dotted paths.</typeparam>
public abstract class StateMachineBuilder<TState>
    where TState : notnull
{
    private readonly Dictionary<TState, Draft> _drafts = [];
    private readonly List<Draft> _order = [];
    private readonly List<Action> _links = [];

    private protected StateMachineBuilder(string id, DataModel? dataModel)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (!typeof(TState).IsEnum && typeof(TState) != typeof(string))
            throw new ArgumentException($"States are values of an enum or text, not of {typeof(TState)}.");
        Config = new MachineConfig
        {
            Id = id,
            DataModel = dataModel ?? JsonDataModel.Default,
            Root = new StateConfig(id),
            IsStrict = true,
        };
        Config.DeclaredStates = Config.DataModel.StateNames(typeof(TState));
    }

    internal MachineConfig Config { get; }

    internal string PathOf(TState state)
    {
        var draft = Find(state);
        return draft.Parent is { } parent ? $"{PathOf(parent.State)}.{draft.Config.Key}" : draft.Config.Key;
    }

    internal string Describe(StateConfig config) =>
        config == Config.Root ? "" : PathOf(_order.Find(draft => draft.Config == config)!.State);

    internal StateConfig Declare(TState state)
    {
        var draft = Find(state);
        draft.IsConfigured = true;
        return draft.Config;
    }

    internal void SetParent(StateConfig child, TState parent)
    {
        var above = Find(parent);
        if (child == Config.Root)
        {
            Config.Errors.Add(new DefinitionError("", $"the root cannot be a substate, as it is of '{above.Config.Key}'."));
            return;
        }
        var draft = _order.Find(d => d.Config == child)!;
        for (var ancestor = above; ancestor is not null; ancestor = ancestor.Parent)
        {
            if (ancestor != draft)
                continue;
            Config.Errors.Add(new DefinitionError(draft.Config.Key, $"it cannot be a substate of '{above.Config.Key}', which lies within it."));
            return;
        }
        if (draft.Parent is not null && draft.Parent != above)
        {
            Config.Errors.Add(new DefinitionError(
                draft.Config.Key, $"it cannot be a substate of both '{draft.Parent.Config.Key}' and '{above.Config.Key}'."));
            return;
        }
        draft.Parent = above;
    }

    /// <summary>Sets a transition's targets once all states have their place.</summary>
    internal void LinkTargets(TransitionConfig transition, Targets<TState> targets)
    {
        var states = targets.ToArray();
        foreach (var state in states)
            Find(state);
        _links.Add(() => transition.Targets = [.. states.Select(Reference)]);
    }

    /// <summary>Makes a state its own transition's target.</summary>
    internal void LinkSelf(TransitionConfig transition, StateConfig state)
    {
        if (state == Config.Root)
            transition.Targets = [$"#{StatePath.Escape(Config.Id)}"];
        else
            _links.Add(() => transition.Targets = [Reference(_order.Find(draft => draft.Config == state)!.State)]);
    }

    internal void LinkInitial(StateConfig state, TState initial)
    {
        var draft = Find(initial);
        _links.Add(() =>
        {
            state.Initial = draft.Config.Key;
            var parent = draft.Parent?.Config ?? Config.Root;
            if (parent != state)
            {
                Config.Errors.Add(new DefinitionError(
                    Describe(state), $"the initial state '{PathOf(initial)}' is not one of its children; is SubstateOf missing?"));
            }
        });
    }

    internal void LinkHistory(StateConfig state, Targets<TState> targets)
    {
        var states = targets.ToArray();
        foreach (var target in states)
            Find(target);
        if (states.Length > 0)
            _links.Add(() => state.HistoryTargets = [.. states.Select(Reference)]);
    }

    internal StateMachine BuildMachine()
    {
        foreach (var draft in _order)
        {
            (draft.Parent?.Config ?? Config.Root).States.Add(draft.Config);
            if (!draft.IsConfigured && !IsKnown(draft.State))
                Config.Errors.Add(new DefinitionError(PathOf(draft.State), "transitions lead to this state, but it was never configured."));
        }
        foreach (var link in _links)
            link();
        return new StateMachine(Config);
    }

    private string Reference(TState state) => $"#{StatePath.Escape(Config.Id)}.{EscapedPath(Find(state))}";

    private static string EscapedPath(Draft draft) =>
        draft.Parent is { } parent ? $"{EscapedPath(parent)}.{StatePath.Escape(draft.Config.Key)}" : StatePath.Escape(draft.Config.Key);

    /// <summary>An enum's values are states without further ado; names could be misspelt.</summary>
    private static bool IsKnown(TState state) => state is Enum value && Enum.IsDefined(value.GetType(), value);

    private Draft Find(TState state)
    {
        if (_drafts.TryGetValue(state, out var draft))
            return draft;
        if (state is Enum value)
        {
            draft = new Draft(state, new StateConfig(Config.DataModel.StateName(value)));
        }
        else
        {
            // Text says where the state is: a.b is b within a.
            var path = (string)(object)state;
            var dot = path.LastIndexOf('.');
            var parent = dot < 0 ? null : Find((TState)(object)path[..dot]);
            draft = new Draft(state, new StateConfig(path[(dot + 1)..])) { Parent = parent };
        }
        _drafts.Add(state, draft);
        _order.Add(draft);
        return draft;
    }

    private sealed class Draft(TState state, StateConfig config)
    {
        internal TState State { get; } = state;

        internal StateConfig Config { get; } = config;

        internal Draft? Parent { get; set; }

        internal bool IsConfigured { get; set; }
    }
}
