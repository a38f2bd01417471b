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
