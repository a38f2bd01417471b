namespace Statecharts;

/// <summary>
/// Defines a machine in C#: Stateless's verbs for what Stateless has, XState's nouns for the rest. <see cref="Build"/> makes
/// it, or says all that is wrong with it.
/// </summary>
/// <typeparam name="TState">What states are named by: an enum; or text, where <c>a.b</c> is <c>b</c> within <c>a</c>.</typeparam>
/// <typeparam name="TContext">The machine's data.</typeparam>
public sealed class StateMachineBuilder<TState, TContext> : StateMachineBuilder<TState>
    where TState : notnull
{
    private StateMachine? _machine;
    private bool _saysContext;

    /// <summary>Begins a definition.</summary>
    /// <param name="id">The machine's id, which names its version: snapshots of one id fit no other machine.</param>
    /// <param name="dataModel">How data is copied, written and named; System.Text.Json by default.</param>
    public StateMachineBuilder(string id, DataModel? dataModel = null)
        : base(id, dataModel)
    {
        Config.ContextType = typeof(TContext);
        Config.CreateContext = _ => Config.DataModel.CreateContext(typeof(TContext));
        Root = new StateConfiguration<TState, TContext>(this, Config.Root);
    }

    /// <summary>The state around all others: transitions from here are taken wherever nothing inside has one.</summary>
    public StateConfiguration<TState, TContext> Root { get; }

    /// <summary>Configures a state, declaring it the first time. The order of first mention is the document order.</summary>
    public StateConfiguration<TState, TContext> Configure(TState state) => new(this, Declare(state));

    /// <summary>The state that an instance starts in.</summary>
    public StateMachineBuilder<TState, TContext> InitialTransition(TState state)
    {
        Root.InitialTransition(state);
        return this;
    }

    /// <summary>The context of a new instance.</summary>
    public StateMachineBuilder<TState, TContext> Context(Func<TContext> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _saysContext = true;
        Config.CreateContext = _ => create();
        return this;
    }

    /// <summary>The context of a new instance, made of its input.</summary>
    public StateMachineBuilder<TState, TContext> Context<TInput>(Func<TInput, TContext> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _saysContext = true;
        Config.InputType = typeof(TInput);
        Config.CreateContext = input => create(input is null ? default! : (TInput)input);
        return this;
    }

    /// <summary>What the machine ends with.</summary>
    public StateMachineBuilder<TState, TContext> Output<TOutput>(Func<TContext, TOutput> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Config.OutputType = typeof(TOutput);
        Config.Root.Output = (context, _) => output((TContext)context!);
        return this;
    }

    /// <summary>What the machine ends with, made of the context and the output of the final state that ended it.</summary>
    public StateMachineBuilder<TState, TContext> Output<TOutput>(Func<TContext, object?, TOutput> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Config.OutputType = typeof(TOutput);
        Config.Root.Output = (context, done) => output((TContext)context!, done.Data);
        return this;
    }

    /// <summary>Names an event that comes from outside even if no transition names it.</summary>
    public StateMachineBuilder<TState, TContext> Event<TEvent>()
    {
        Config.AddEvent("", Config.DataModel.EventType(typeof(TEvent)), typeof(TEvent));
        return this;
    }

    /// <summary>Says which tags there are; once said, a state with any other is an error.</summary>
    public StateMachineBuilder<TState, TContext> Tags(params IEnumerable<string> tags)
    {
        (Config.DeclaredTags ??= new HashSet<string>(StringComparer.Ordinal)).UnionWith(tags);
        return this;
    }

    /// <summary>Names what children run that only a snapshot of an older version still has.</summary>
    public StateMachineBuilder<TState, TContext> Actor(ActorLogic logic)
    {
        ArgumentNullException.ThrowIfNull(logic);
        Config.AddActor("", logic);
        return this;
    }

    /// <summary>How many microsteps one event may take before it counts as an endless loop; 10,000 unless said.</summary>
    public StateMachineBuilder<TState, TContext> MaxMicrosteps(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        Config.MaxMicrosteps = limit;
        return this;
    }

    /// <summary>Checks the definition and makes the machine; the same one however often it is asked.</summary>
    /// <exception cref="DefinitionException">The definition is wrong; it lists everything.</exception>
    public StateMachine Build()
    {
        if (_machine is not null)
            return _machine;
        if (!_saysContext && typeof(TContext).GetConstructor(Type.EmptyTypes) is null && !typeof(TContext).IsValueType)
        {
            Config.Errors.Add(new DefinitionError(
                "", $"nothing says how the context is made: {typeof(TContext).Name} has no constructor without parameters; say Context."));
        }
        return _machine = BuildMachine();
    }
}
