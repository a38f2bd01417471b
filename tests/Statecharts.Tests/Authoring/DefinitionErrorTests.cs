using System.Text.Json.Serialization;

namespace Statecharts.Tests.Authoring;

public class DefinitionErrorTests
{
    private enum State
    {
        Draft,
        Done,
        Orphan,
    }

    private sealed record Go;

    private sealed record Note(string Type);

    private sealed record Remark([property: JsonPropertyName("type")] string Kind);

    private sealed record Hint
    {
        [JsonIgnore]
        public string Type { get; set; } = "";
    }

    [Fact]
    public void All_errors_are_reported_at_once_each_with_its_state()
    {
        var errors = Errors<string>(machine =>
        {
            machine.InitialTransition("a");
            machine.Configure("a").Permit("E", "nowhere");
            machine.Configure("b").Permit("E", "a").Permit("E", "c");
            machine.Configure("c");
            machine.Configure("c.d");
        });

        Assert.Equal(
            [
                "nowhere: transitions lead to this state, but it was never configured.",
                "b: its transition for 'E' to 'c' can never be taken: the one to 'a' before it has no guard. Guard that one, or put it last.",
                "c: a compound state needs an initial state; make one of its children initial, such as 'd'.",
            ],
            errors);
    }

    [Fact]
    public void An_event_has_no_property_where_its_type_goes()
    {
        Assert.Equal(
            [
                "the event 'NOTE' cannot be used: Note.Type is 'type' in JSON, which is where the event's own type goes: rename it.",
                "the event 'REMARK' cannot be used: Remark.Kind is 'type' in JSON, which is where the event's own type goes: rename it.",
            ],
            Errors<string>(machine => machine.Event<Note>().Event<Remark>().Event<Hint>()));
    }

    private static class Orders
    {
        public sealed record Cancel(string Reason);
    }

    private static class Payments
    {
        public sealed record Cancel(int Code);
    }

    [Fact]
    public void Two_messages_cannot_be_the_same_event()
    {
        Assert.Equal(
            ["a: the event 'CANCEL' is both DefinitionErrorTests.Orders.Cancel and DefinitionErrorTests.Payments.Cancel; rename one of them."],
            Errors<string>(machine => machine.InitialTransition("a").Configure("a")
                .InternalTransitionIf<Orders.Cancel>((_, cancel) => cancel.Reason.Length > 0)
                .InternalTransitionIf<Payments.Cancel>((_, cancel) => cancel.Code > 0)));
        Assert.Equal(
            ["the event 'CANCEL' is both DefinitionErrorTests.Orders.Cancel and DefinitionErrorTests.Payments.Cancel; rename one of them."],
            Errors<string>(machine => machine.Event<Orders.Cancel>().Event<Orders.Cancel>().Event<Payments.Cancel>()));
    }

    [Fact]
    public void A_machine_with_states_needs_an_initial_one()
    {
        Assert.Equal(
            ["a compound state needs an initial state; make one of its children initial, such as 'a'."],
            Errors<string>(machine => machine.Configure("a")));
    }

    [Fact]
    public void The_initial_state_must_be_a_child()
    {
        Assert.Contains(
            "a: the initial state 'b' is not one of its children; is SubstateOf missing?",
            Errors<string>(machine =>
            {
                machine.InitialTransition("a");
                machine.Configure("a").InitialTransition("b");
                machine.Configure("b");
            }));
    }

    [Fact]
    public void A_state_has_one_parent_and_is_not_within_itself()
    {
        var errors = Errors<string>(machine =>
        {
            machine.InitialTransition("a");
            machine.Configure("a").SubstateOf("b");
            machine.Configure("a").SubstateOf("c");
            machine.Configure("b").SubstateOf("a");
        });

        Assert.Contains("a: it cannot be a substate of both 'b' and 'c'.", errors);
        Assert.Contains("b: it cannot be a substate of 'a', which lies within it.", errors);
    }

    [Fact]
    public void A_final_state_has_no_children()
    {
        Assert.Contains(
            "a: a final state cannot have children.",
            Errors<string>(machine =>
            {
                machine.InitialTransition("a");
                machine.Configure("a").Final().InitialTransition("a.b");
                machine.Configure("a.b");
            }));
    }

    [Fact]
    public void A_history_state_must_not_lead_to_itself()
    {
        Assert.Contains(
            "a.h: by default it leads back to itself; give it a target that does not.",
            Errors<string>(machine =>
            {
                machine.InitialTransition("a");
                machine.Configure("a").InitialTransition("a.h");
                machine.Configure("a.h").History();
                machine.Configure("a.b");
            }));
    }

    [Fact]
    public void A_tag_must_be_declared_where_tags_are()
    {
        Assert.Equal(
            ["a: the tag 'raedy' was never declared."],
            Errors<string>(machine =>
            {
                machine.InitialTransition("a").Tags("ready");
                machine.Configure("a").Tag("raedy");
            }));
    }

    [Fact]
    public void Events_and_states_must_be_in_the_schema_where_there_is_one()
    {
        Assert.Equal(
            [
                "draft: the state 'draft' was never declared.",
                "draft: the event 'GO' is not one of the schema's: SUBMIT.",
            ],
            Errors<State>(
                machine =>
                {
                    machine.InitialTransition(State.Draft);
                    machine.Configure(State.Draft).Permit<Go>(State.Done);
                },
                new Schema()));
    }

    [Fact]
    public void A_value_that_the_enum_does_not_have_is_no_state()
    {
        Assert.Contains(
            "99: transitions lead to this state, but it was never configured.",
            Errors<State>(machine =>
            {
                machine.InitialTransition(State.Draft);
                machine.Configure(State.Draft).Permit<Go>((State)99);
            }));
    }

    [Fact]
    public void Two_different_actors_cannot_have_one_name()
    {
        Assert.Equal(
            ["a: two different actors are named 'work'; name one of them differently."],
            Errors<string>(machine =>
            {
                machine.InitialTransition("a");
                machine.Configure("a").Invoke(new PromiseActor("work")).Invoke(new PromiseActor("work"));
            }));
    }

    [Fact]
    public void A_child_machine_ends_with_the_type_that_it_is_invoked_for()
    {
        var child = new StateMachineBuilder<string, Data>("child").Output(data => data.Count).Build();
        Assert.Equal(
            ["a: 'child' ends with Int32, but is invoked for String."],
            Errors<string>(machine =>
            {
                machine.InitialTransition("a");
                machine.Configure("a").Invoke<string>(child);
            }));
    }

    [Fact]
    public void A_child_machine_without_an_output_is_invoked_for_none()
    {
        var child = new StateMachineBuilder<string, Data>("child").InitialTransition("end");
        child.Configure("end").Final(data => data.Count);
        Assert.Equal(
            ["a: 'child' ends with nothing, but is invoked for Int32: say Output in its definition."],
            Errors<string>(machine =>
            {
                machine.InitialTransition("a");
                machine.Configure("a").Invoke<int>(child.Build());
            }));
        Assert.Equal(
            ["end: its output reaches nobody: the machine has none; give it one, made of that of its final state."],
            child.Build().Warnings.Select(warning => warning.ToString()));
    }

    [Fact]
    public void States_that_nothing_leads_to_are_warned_of()
    {
        var machine = new StateMachineBuilder<State, Data>("m").InitialTransition(State.Draft);
        machine.Configure(State.Draft).Permit<Go>(State.Done);
        machine.Configure(State.Orphan);

        Assert.Equal(["orphan: nothing leads to it."], machine.Build().Warnings.Select(warning => warning.ToString()));
    }

    [Fact]
    public void What_is_async_would_be_lost()
    {
        Assert.Equal(
            Enumerable.Repeat("a: it has an async assign, whose end nobody waits for: what takes time is a promise to invoke, or an action of the host's to Execute.", 3)
                .Append("a: it has an async list of actions, whose end nobody waits for: it only says what there is to do."),
            Errors<string>(machine =>
            {
                machine.InitialTransition("a");
                machine.Configure("a").InitialTransition("a.b")
                    .InternalTransition("E", async (_, _) => await Task.Yield())
                    .OnEntry(async (_, _) => await Task.Yield())
                    .OnDone("a", async (_, _) => await Task.Yield())
                    .OnExit(async run =>
                    {
                        await Task.Yield();
                        run.Log("late");
                    });
                machine.Configure("a.b");
            }));
        Assert.StartsWith(
            "The action 'wait' cannot be used: it has an async assign",
            Assert.Throws<ArgumentException>(() => new Implementations().Action("wait", async (_, _, _) => await Task.Yield())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_that_is_a_struct_is_replaced_not_changed()
    {
        var machine = new StateMachineBuilder<string, Place>("m").InitialTransition("a");
        machine.Configure("a").InternalTransition("E", (place, _) => place.X++).InternalTransition("F", actions: run => run.Assign((place, _) => place with { X = 1 }));

        Assert.Equal(
            "a: it assigns to a Place, which is a struct, so that the function would change a copy: use run.Assign with a function that returns the new one.",
            Assert.Throws<DefinitionException>(machine.Build).Errors.Single().ToString());
    }

    private record struct Place(int X);

    [Fact]
    public void A_function_is_no_event() => Assert.Equal(
        ["a: a function is given as an event: one that makes the event takes the context and the event, (context, event) => …."],
        Errors<string>(machine => machine.InitialTransition("a").Configure("a").OnEntry(run => run.Raise(() => new Go()))));

    [Fact]
    public void Descriptors_that_are_no_wildcards_or_empty_are_errors() => Assert.Equal(
        [
            "a: the '*' in 'mouse*' stands for nothing: only '*' alone and a last token, as in 'order.*', are wildcards.",
            "a: the '*' in 'mouse.*.up' stands for nothing: only '*' alone and a last token, as in 'order.*', are wildcards.",
            "a: a transition has an empty event type; one that needs no event is made by Always (always in JSON).",
        ],
        Errors<string>(machine => machine.InitialTransition("a").Configure("a").Ignore("*").Ignore("mouse.*").Ignore("mouse*").Ignore("mouse.*.up").Ignore("")));

    [Fact]
    public void Targets_of_one_transition_lie_in_different_regions()
    {
        Assert.Equal(
            [
                "a: it leads to both 'b.r.y' and 'c' at once: only states in different regions can be active together.",
                "b.h: it leads to both 'b.r.x' and 'b.r.y' at once: only states in different regions can be active together.",
            ],
            Errors<string>(machine =>
            {
                machine.InitialTransition("a");
                machine.Configure("a").Permit("E", ["b.r.y", "c"]).Permit("F", ["b.r.y", "b.s.y"]).Permit("G", ["b", "b.r.y"]);
                machine.Configure("b").Parallel();
                machine.Configure("b.h").History(otherwise: ["b.r.x", "b.r.y"]);
                machine.Configure("b.r").InitialTransition("b.r.x");
                machine.Configure("b.r.x");
                machine.Configure("b.r.y");
                machine.Configure("b.s").InitialTransition("b.s.y");
                machine.Configure("b.s.y");
                machine.Configure("c");
            }));
    }

    [Fact]
    public void Children_that_run_together_have_different_ids()
    {
        var (work, rest) = (new PromiseActor("work"), new PromiseActor("rest"));
        Assert.Equal(
            ["a: it invokes 'work' and 'rest' as 'x': give each an id of its own."],
            Errors<string>(machine => machine.InitialTransition("a").Configure("a").Invoke(work, id: "x").Invoke(rest, id: "x")));

        var machine = new StateMachineBuilder<string, Data>("m").InitialTransition("a");
        machine.Configure("a").Parallel().Permit("E", "b");
        machine.Configure("a.r").Invoke(work, id: "x");
        machine.Configure("a.s").Invoke(rest, id: "x");
        machine.Configure("b").Invoke(work, id: "x");

        Assert.Equal(
            ["a.s: entering it stops what 'm.a.r' invoked, which has the same id 'x'; give each an id of its own."],
            machine.Build().Warnings.Select(warning => warning.ToString()));
    }

    [Fact]
    public void What_never_happens_is_warned_of()
    {
        var machine = new StateMachineBuilder<string, Data>("m").InitialTransition("a");
        machine.Root.OnDone("a");
        machine.Configure("a").InitialTransition("a.b").Permit("E", "a.h").Permit("F", "c");
        machine.Configure("a.b").OnDone("c");
        machine.Configure("a.h").History().OnEntry(run => run.Log("back"));
        machine.Configure("c").Final().Permit("G", "a");

        Assert.Equal(
            [
                "the machine ends when its children are done, so the root's OnDone does nothing.",
                "a.b: it has no children that could be done, so its OnDone does nothing.",
                "a.h: a history state is never active: its transitions, actions, invocations and tags do nothing.",
                "c: the machine ends with it, so its transitions and invocations do nothing.",
            ],
            machine.Build().Warnings.Select(warning => warning.ToString()));
    }

    [Fact]
    public void The_root_is_no_substate() => Assert.Contains(
        "the root cannot be a substate, as it is of 'a'.",
        Errors<string>(machine =>
        {
            machine.InitialTransition("a").Configure("a");
            machine.Root.SubstateOf("a");
        }));

    [Fact]
    public void A_context_that_cannot_be_made_is_an_error()
    {
        var machine = new StateMachineBuilder<State, Uri>("m").InitialTransition(State.Draft);

        Assert.Equal(
            "nothing says how the context is made: Uri has no constructor without parameters; say Context.",
            Assert.Throws<DefinitionException>(() => machine.Build()).Errors.Single().ToString());
    }

    [Fact]
    public void Data_that_System_Text_Json_writes_but_does_not_read_is_an_error()
    {
        var machine = new StateMachineBuilder<State, Basket>("m").Context<Item>(_ => new Basket()).Event<Item>().InitialTransition(State.Draft);

        Assert.Equal(
            [
                "the context cannot be used: Item.Notes is written as JSON but never read: give it a setter, such as init.",
                "the input cannot be used: Item.Notes is written as JSON but never read: give it a setter, such as init.",
                "the event 'ITEM' cannot be used: Item.Notes is written as JSON but never read: give it a setter, such as init.",
            ],
            Assert.Throws<DefinitionException>(() => machine.Build()).Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void Data_that_is_computed_populated_or_a_constructors_need_no_setter() =>
        Assert.Empty(new StateMachineBuilder<string, Totals>("m").Context<Totals>(totals => totals).Build().Warnings);

    [Fact]
    public void What_promises_take_and_end_with_must_be_readable_too()
    {
        var machine = new StateMachineBuilder<State, Data>("m").InitialTransition(State.Draft);
        machine.Configure(State.Draft)
            .Invoke(new PromiseActor<Item, int>("pack"), _ => new Item())
            .Invoke(new PromiseActor<int, Item>("unpack"), _ => 1)
            .Invoke(new PromiseActor<Drawing, Figure>("draw"), _ => new Drawing());

        Assert.Equal(
            [
                "the input of 'pack' cannot be used: Item.Notes is written as JSON but never read: give it a setter, such as init.",
                "the output of 'unpack' cannot be used: Item.Notes is written as JSON but never read: give it a setter, such as init.",
                "the input of 'draw' cannot be used: IShape is abstract, and its JSON does not tell which type to make of it: name them with JsonDerivedType.",
            ],
            Assert.Throws<DefinitionException>(() => machine.Build()).Errors.Select(error => error.ToString()));
    }

    private interface IShape
    {
        int Area { get; }
    }

    private sealed class Drawing
    {
        public List<IShape> Shapes { get; init; } = [];
    }

    [JsonDerivedType(typeof(Square), "square")]
    private abstract record Figure;

    private sealed record Square(int Side) : Figure, IShape
    {
        public int Area => Side * Side;

        public IShape Larger => new Square(Side + 1);
    }

    private sealed class Basket
    {
        public Dictionary<string, List<Item>> Items { get; init; } = [];
    }

    private sealed class Item
    {
        public List<string> Notes { get; } = [];
    }

    private sealed class Totals(int count)
    {
        public int Count { get; } = count;

        public int Twice => Count * 2;

        [JsonIgnore]
        public List<string> Ignored { get; } = [];

        [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
        public List<string> Populated { get; } = [];

        public Totals? Next { get; init; }
    }

    [Fact]
    public void States_are_named_by_enums_or_text_only() =>
        Assert.Throws<ArgumentException>(() => new StateMachineBuilder<int, Data>("m"));

    [Fact]
    public void A_builder_builds_one_machine()
    {
        var machine = new StateMachineBuilder<State, Data>("m").InitialTransition(State.Draft);

        Assert.Same(machine.Build(), machine.Build());
    }

    [Theory]
    [InlineData("AwaitingApproval", "awaitingApproval")]
    [InlineData("A", "a")]
    [InlineData("HTTPError", "httpError")]
    [InlineData("ID", "id")]
    [InlineData("already", "already")]
    public void A_states_name_is_lowerCamel(string name, string expected) => Assert.Equal(expected, Naming.LowerCamel(name));

    [Theory]
    [InlineData("OrderPlaced", "ORDER_PLACED")]
    [InlineData("HTTPError", "HTTP_ERROR")]
    [InlineData("Order2Placed", "ORDER2_PLACED")]
    [InlineData("Already_Split", "ALREADY_SPLIT")]
    [InlineData("Of`1", "OF")]
    public void An_events_type_is_SCREAMING_SNAKE_CASE(string name, string expected) => Assert.Equal(expected, Naming.ScreamingSnake(name));

    private static string[] Errors<TState>(Action<StateMachineBuilder<TState, Data>> define, DataModel? dataModel = null)
        where TState : notnull
    {
        var machine = new StateMachineBuilder<TState, Data>("m", dataModel);
        define(machine);
        return [.. Assert.Throws<DefinitionException>(() => machine.Build()).Errors.Select(error => error.ToString())];
    }

    private sealed class Schema : JsonDataModel
    {
        public override IReadOnlyDictionary<string, Type> EventTypes { get; } = new Dictionary<string, Type> { ["SUBMIT"] = typeof(object) };

        public override IReadOnlyCollection<string> StateNames(Type stateType) => ["done"];
    }
}
