using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Statecharts;

/// <summary>Reads XState's JSON config.</summary>
internal sealed class XStateConfigReader
{
    private readonly MachineConfig _machine;
    private readonly Implementations _implementations;

    private XStateConfigReader(MachineConfig machine, Implementations implementations)
    {
        _machine = machine;
        _implementations = implementations;
    }

    internal static StateMachine Read(JsonElement json, Implementations implementations)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new JsonFormatException("", "a machine must be an object.");
        var id = json.TryGetProperty("id", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "(machine)";
        var machine = new MachineConfig
        {
            Id = id,
            DataModel = JsonDataModel.Default,
            Root = new StateConfig(id),
            AcceptsAnyEvent = true,
            Source = json.Clone(),
            ContextType = typeof(JsonObject),
        };
        // A static context; what makes one of an input cannot be said in JSON.
        var context = json.TryGetProperty("context", out var data) && data.ValueKind == JsonValueKind.Object
            ? JsonObject.Create(data.Clone())!
            : new JsonObject();
        machine.CreateContext = _ => context.DeepClone();
        if (json.TryGetProperty("options", out var options) && options.ValueKind == JsonValueKind.Object && options.TryGetProperty("maxIterations", out var limit))
        {
            machine.MaxMicrosteps = limit.ValueKind == JsonValueKind.Number && limit.TryGetInt32(out var iterations) && iterations > 0
                ? iterations
                : throw new JsonFormatException("options.maxIterations", "must be a whole number, 1 or more.");
        }

        foreach (var (actor, logic) in implementations.Actors)
            machine.Actors[actor] = logic;
        var reader = new XStateConfigReader(machine, implementations);
        reader.ReadState(machine.Root, json, "");
        reader.Collect(() => reader.AddRoutes(json));
        return new StateMachine(machine);
    }

    private void ReadState(StateConfig state, JsonElement json, string path)
    {
        foreach (var property in json.EnumerateObject())
            Collect(() => ReadProperty(state, property.Name, property.Value, Join(path, property.Name)));
        state.Kind ??= state.States.Count > 0 ? StateNodeKind.Compound
            : json.TryGetProperty("history", out var history) && history.ValueKind != JsonValueKind.False ? StateNodeKind.History
            : StateNodeKind.Atomic;
        if (state.Kind == StateNodeKind.History && json.TryGetProperty("target", out var target))
            Collect(() => state.HistoryTargets = Targets(target, Join(path, "target")));
        // Outputs belong to final states and to the machine.
        if (state != _machine.Root && state.Kind != StateNodeKind.Final)
            state.Output = null;
    }

    /// <summary>Keeps what is wrong, so that all of it is reported at once.</summary>
    private void Collect(Action read)
    {
        try
        {
            read();
        }
        catch (JsonFormatException exception)
        {
            _machine.Errors.Add(new DefinitionError(exception.Path, exception.Problem));
        }
    }

    private void ReadProperty(StateConfig state, string name, JsonElement value, string path)
    {
        switch (name)
        {
            case "id" when state != _machine.Root && value.ValueKind == JsonValueKind.String:
                state.Id = value.GetString();
                break;
            case "type" when value.ValueKind == JsonValueKind.String:
                state.Kind = Enum.TryParse<StateNodeKind>(value.GetString(), ignoreCase: true, out var kind)
                    ? kind
                    : throw new JsonFormatException(path, $"'{value.GetString()}' is none of atomic, compound, parallel, final, history.");
                break;
            case "initial":
                ReadInitial(state, value, path);
                break;
            case "history" when value.ValueKind == JsonValueKind.String:
                state.History = value.GetString() == "deep" ? HistoryKind.Deep : HistoryKind.Shallow;
                break;
            case "states":
                foreach (var child in JsObject.Properties(Require(value, JsonValueKind.Object, path)))
                {
                    var config = new StateConfig(child.Name);
                    state.States.Add(config);
                    Collect(() => ReadState(config, Require(child.Value, JsonValueKind.Object, Join(path, child.Name)), Join(path, child.Name)));
                }
                break;
            case "entry":
                state.Entry.AddRange(Actions(value, path));
                break;
            case "exit":
                state.Exit.AddRange(Actions(value, path));
                break;
            case "on":
                foreach (var transition in JsObject.Properties(Require(value, JsonValueKind.Object, path)))
                    Collect(() => state.On.AddRange(Transitions(transition.Name, transition.Value, Join(path, transition.Name))));
                break;
            case "always":
                state.Always.AddRange(Transitions("", value, path));
                break;
            case "after":
                foreach (var delay in JsObject.Properties(Require(value, JsonValueKind.Object, path)))
                    state.After.Add(ReadDelay(delay, Join(path, delay.Name)));
                break;
            case "onDone":
                state.OnDone.AddRange(Transitions("", value, path));
                break;
            case "invoke":
                state.Invocations.AddRange(Items(value, path).Select(item => ReadInvocation(item.Json, item.Path)));
                break;
            case "output":
                var output = ToNode(value);
                state.Output = (_, _) => output?.DeepClone();
                break;
            case "tags":
                state.Tags.AddRange(Items(value, path).Select(item => Text(item.Json, item.Path)));
                break;
            case "meta":
                state.Meta = ToNode(value);
                break;
            case "description" when value.ValueKind == JsonValueKind.String:
                state.Description = value.GetString();
                break;
        }
    }

    private void ReadInitial(StateConfig state, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            state.Initial = Text(value, path);
            return;
        }
        state.Initial = value.TryGetProperty("target", out var target)
            ? Targets(target, Join(path, "target")) is [var single] ? single : null
            : null;
        if (value.TryGetProperty("actions", out var actions))
            state.InitialActions.AddRange(Actions(actions, Join(path, "actions")));
    }

    private DelayConfig ReadDelay(JsonProperty delay, string path)
    {
        var config = double.TryParse(delay.Name, NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds)
            ? new DelayConfig(JsObject.Text(milliseconds), Constant(milliseconds))
            : new DelayConfig(delay.Name, NamedDelay(delay.Name, path));
        config.Transitions.AddRange(Transitions("", delay.Value, path));
        return config;
    }

    private InvocationConfig ReadInvocation(JsonElement json, string path)
    {
        Require(json, JsonValueKind.Object, path);
        var src = json.TryGetProperty("src", out var name) ? Text(name, Join(path, "src")) : throw new JsonFormatException(Join(path, "src"), "is missing.");
        var invocation = new InvocationConfig(src, Logic(src))
        {
            Id = json.TryGetProperty("id", out var id) ? Text(id, Join(path, "id")) : null,
            SystemId = json.TryGetProperty("systemId", out var systemId) ? Text(systemId, Join(path, "systemId")) : null,
        };
        if (json.TryGetProperty("input", out var input))
        {
            var value = ToNode(input);
            invocation.Input = (_, _) => value?.DeepClone();
        }
        Add("onDone", invocation.OnDone);
        Add("onError", invocation.OnError);
        Add("onSnapshot", invocation.OnSnapshot);
        return invocation;

        void Add(string property, List<TransitionConfig> transitions)
        {
            if (json.TryGetProperty(property, out var value))
                transitions.AddRange(Transitions("", value, Join(path, property)));
        }
    }

    private IEnumerable<TransitionConfig> Transitions(string descriptor, JsonElement json, string path) =>
        Items(json, path).Select(item => ReadTransition(descriptor, item.Json, item.Path));

    private TransitionConfig ReadTransition(string descriptor, JsonElement json, string path)
    {
        var transition = new TransitionConfig(descriptor);
        switch (json.ValueKind)
        {
            case JsonValueKind.Null:
                return transition;
            case JsonValueKind.String:
                transition.Targets = [json.GetString()!];
                return transition;
        }
        Require(json, JsonValueKind.Object, path);
        if (json.TryGetProperty("cond", out _))
            throw new JsonFormatException(Join(path, "cond"), "is XState 4's name; XState 5 calls it guard.");
        if (json.TryGetProperty("target", out var target))
            transition.Targets = Targets(target, Join(path, "target"));
        transition.Reenter = json.TryGetProperty("reenter", out var reenter) && reenter.ValueKind == JsonValueKind.True;
        if (json.TryGetProperty("guard", out var guard) && guard.ValueKind != JsonValueKind.Null)
            transition.Guard = Guard(guard, Join(path, "guard"));
        if (json.TryGetProperty("actions", out var actions))
            transition.Actions.AddRange(Actions(actions, Join(path, "actions")));
        if (json.TryGetProperty("description", out var description) && description.ValueKind == JsonValueKind.String)
            transition.Description = description.GetString();
        return transition;
    }

    /// <summary>Lets the event <c>xstate.route</c> go straight to any state that has an id and a route.</summary>
    private void AddRoutes(JsonElement json)
    {
        var routes = new List<TransitionConfig>();
        Find(json, "");
        if (routes.Count == 0)
            return;
        _machine.Root.On.RemoveAll(transition => transition.Descriptor == Event.RouteType);
        _machine.Root.On.AddRange(routes);

        void Find(JsonElement state, string path)
        {
            if (state.ValueKind != JsonValueKind.Object || !state.TryGetProperty("states", out var states) || states.ValueKind != JsonValueKind.Object)
                return;
            foreach (var child in JsObject.Properties(states))
            {
                var childPath = Join(Join(path, "states"), child.Name);
                if (child.Value.ValueKind == JsonValueKind.Object && child.Value.TryGetProperty("route", out var route) && route.ValueKind == JsonValueKind.Object
                    && child.Value.TryGetProperty("id", out var id))
                {
                    var to = $"#{id.GetString()}";
                    var transition = ReadTransition(Event.RouteType, route, Join(childPath, "route"));
                    var guard = transition.Guard;
                    transition.Targets = [to];
                    transition.Guard = new MachineGuard(guard?.Name, (context, @event, active) =>
                        JsonValues.AreEqual(JsonValues.Get(@event, "to"), to) && guard?.Holds(context, @event, active) != false);
                    routes.Add(transition);
                }
                Find(child.Value, childPath);
            }
        }
    }

    internal ActorLogic Logic(string src)
    {
        if (!_machine.Actors.TryGetValue(src, out var logic))
            _machine.Actors.Add(src, logic = new PromiseActor(src));
        return logic;
    }

    internal Func<object?, Event, TimeSpan> Delay(JsonElement json, string path) => json.ValueKind switch
    {
        JsonValueKind.Number => Constant(json.GetDouble()),
        JsonValueKind.String => NamedDelay(json.GetString()!, path),
        _ => throw new JsonFormatException(path, "a delay is a number of milliseconds or a name."),
    };

    private List<MachineAction> Actions(JsonElement json, string path) =>
        json.ValueKind == JsonValueKind.Null ? [] : [.. Items(json, path).SelectMany(item => ReadActions(item.Json, item.Path))];

    private List<MachineAction> ReadActions(JsonElement json, string path)
    {
        var type = TypeOf(json, path);
        var parameters = Parameters(json);
        if (!_implementations.ActionLists.TryGetValue(type, out var implementation))
            return [BuiltInActions.Create(this, type, parameters, Join(path, "params"))];
        var actions = new List<MachineAction>();
        implementation(new ActionList<JsonObject, Event>(_machine, path, actions), ToNode(parameters));
        return actions;
    }

    internal MachineGuard Guard(JsonElement json, string path)
    {
        var type = TypeOf(json, path);
        var parameters = Parameters(json);
        if (!_implementations.Guards.TryGetValue(type, out var implementation))
            return BuiltInGuards.Create(this, type, parameters, path);
        var values = ToNode(parameters);
        return new MachineGuard(type, (context, @event, _) => implementation((JsonObject)context!, @event, values));
    }

    /// <summary>Has an id looked up once all states are known. In XState a guard that asks for an unknown one throws; an unknown name is only false.</summary>
    internal string AskedState(string state, string path)
    {
        if (state.StartsWith('#'))
            _machine.AskedStates.Add((path, state));
        return state;
    }

    private Func<object?, Event, TimeSpan> NamedDelay(string name, string path)
    {
        if (!_implementations.Delays.TryGetValue(name, out var delay))
            throw new JsonFormatException(path, $"the delay '{name}' is not implemented.");
        return (context, @event) => delay((JsonObject)context!, @event);
    }

    private static Func<object?, Event, TimeSpan> Constant(double milliseconds)
    {
        var delay = milliseconds >= TimeSpan.MaxValue.TotalMilliseconds ? TimeSpan.MaxValue : TimeSpan.FromMilliseconds(milliseconds);
        return (_, _) => delay;
    }

    private static string TypeOf(JsonElement json, string path) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("type", out var type) ? Text(type, Join(path, "type")) : Text(json, path);

    private static JsonElement Parameters(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("params", out var parameters) ? parameters : default;

    internal static JsonNode? ToNode(JsonElement json) => (JsonNode?)JsonDataModel.Default.Read(json, null);

    internal static string Text(JsonElement json, string path) =>
        json.ValueKind == JsonValueKind.String ? json.GetString()! : throw new JsonFormatException(path, "must be text.");

    internal static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    internal static IEnumerable<(JsonElement Json, string Path)> Items(JsonElement json, string path) =>
        json.ValueKind == JsonValueKind.Array ? json.EnumerateArray().Select((item, i) => (item, $"{path}[{i}]")) : [(json, path)];

    private static List<string>? Targets(JsonElement json, string path) =>
        json.ValueKind == JsonValueKind.Null ? null : [.. Items(json, path).Select(item => Text(item.Json, item.Path))];

    private static JsonElement Require(JsonElement json, JsonValueKind kind, string path) =>
        json.ValueKind == kind ? json : throw new JsonFormatException(path, "must be an object.");
}
