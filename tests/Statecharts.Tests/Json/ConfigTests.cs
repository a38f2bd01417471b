using System.Text.Json;
using System.Text.Json.Nodes;

namespace Statecharts.Tests.Json;

public class ConfigTests
{
    [Fact]
    public void Names_in_a_config_stand_for_implementations()
    {
        var machine = Load(
            """
            {
              "id": "export", "version": "1.0.0", "context": { "count": 1 }, "initial": "idle",
              "states": {
                "idle": {
                  "description": "Waits.", "meta": { "@x": 1 }, "tags": ["calm"],
                  "on": { "START": [{ "target": "#export.busy", "guard": { "type": "isAllowed", "params": { "max": 2 } }, "actions": [{ "type": "remember", "params": { "as": "who" } }, "greet"], "description": "Begins." }] }
                },
                "busy": {
                  "invoke": { "src": "fetch", "id": "f", "input": { "url": "x" }, "onDone": { "target": "idle" } },
                  "after": { "patience": "idle" }, "entry": { "type": "unknownAction", "params": { "a": 1 } }
                }
              }
            }
            """,
            new Implementations()
                .Guard("isAllowed", (context, _, parameters) => (int)context["count"]! < (int)parameters!["max"]!)
                .Action("remember", (context, @event, parameters) => context[(string)parameters!["as"]!] = ((JsonObject)@event.Data!)["name"]!.DeepClone())
                .Actions("greet", (run, _) => run.Log((context, _) => $"hello {context["who"]}"))
                .Delay("patience", (context, _) => TimeSpan.FromMilliseconds(10 * (int)context["count"]!)));
        var run = new TestRun(machine);

        run.Send(new Event("START", new JsonObject { ["name"] = "ann" }));

        Assert.Equal(("busy", "hello ann"), (run.States, run.TakeLog()));
        Assert.Equal("""{"url":"x"}""", run.Promises.Single().Input!.ToString()!.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("unknownAction", run.Executed.Single().Name);
        Assert.Equal("idle", run.Advance(10).States);
        Assert.Equal("Waits.", machine.FindState("idle")!.Description);
        Assert.Equal("Begins.", machine.FindState("idle")!.Transitions[0].Description);
        Assert.Equal("isAllowed", machine.FindState("idle")!.Transitions[0].Guard);
    }

    [Fact]
    public void A_child_machine_is_an_implementation_too()
    {
        var child = Load("""{"id":"child","initial":"a","states":{"a":{"type":"final","output":1}},"output":{"ok":true}}""");
        var machine = Load(
            """{"id":"m","context":{},"initial":"a","states":{"a":{"invoke":{"src":"kid","onDone":{"target":"b","actions":{"type":"assign","params":{"got":{"$event":"output.ok"}}}}}},"b":{}}}""",
            new Implementations().Actor("kid", child));

        Assert.Equal("""{"got":true}""", ((JsonObject)new TestRun(machine).Snapshot.Context!).ToJsonString());
    }

    [Fact]
    public void What_a_config_says_is_another_object_each_time_so_that_a_context_can_keep_it()
    {
        var child = Load(
            """{ "id": "kid", "initial": "a", "states": { "a": { "entry": "keepInput" } } }""",
            new Implementations().Action("keepInput", (context, @event, _) => context["kept"] = (JsonNode?)@event.Data));
        var machine = Load(
            """
            {
              "id": "m", "initial": "a",
              "states": {
                "a": {
                  "invoke": { "src": "kid", "id": "k", "input": { "n": 1 } },
                  "on": {
                    "E": { "actions": { "type": "keep", "params": { "n": 1 } } },
                    "F": { "actions": { "type": "raise", "params": { "event": { "type": "G", "n": 1 } } } },
                    "G": { "actions": "keepEvent" }
                  }
                }
              }
            }
            """,
            new Implementations()
                .Action("keep", (context, _, parameters) => context["parameters"] = parameters)
                .Action("keepEvent", (context, @event, _) => context["event"] = (JsonNode?)@event.Data)
                .Actor("kid", child));

        foreach (var run in (TestRun[])[new TestRun(machine), new TestRun(machine)])
        {
            run.Send("E", "F", "E", "F");
            Assert.Equal("""{"parameters":{"n":1},"event":{"n":1}}""", run.Snapshot.ContextAs<JsonObject>().ToJsonString());
            Assert.Equal("""{"kept":{"n":1}}""", ((Snapshot)run.Snapshot.Child("k")!.Snapshot).ContextAs<JsonObject>().ToJsonString());
        }
    }

    [Fact]
    public void All_that_is_wrong_is_reported_with_its_JSON_path()
    {
        var exception = Assert.Throws<DefinitionException>(() => Load("""
            {
              "initial": "x",
              "states": {
                "a": { "on": { "E": "zz", "F": { "cond": "old" }, "G": { "guard": "nope" } }, "entry": [{ "type": "raise" }] },
                "b": { "type": "odd", "after": { "never": "a" }, "invoke": { "id": "i" }, "always": { "target": ["a", 7] } },
                "c": { "states": { "d": { "on": { "E": "gone" } } }, "initial": "d" },
                "e": 7
              },
              "on": { "E": "a" }
            }
            """));

        Assert.Equal(
            [
                "states.a.on.F.cond: is XState 4's name; XState 5 calls it guard.",
                "states.a.on.G.guard: the guard 'nope' is not implemented.",
                "states.a.entry[0].params.event: must be an event: an object with a type.",
                "states.b.type: 'odd' is none of atomic, compound, parallel, final, history.",
                "states.b.after.never: the delay 'never' is not implemented.",
                "states.b.invoke.src: is missing.",
                "states.b.always.target[1]: must be text.",
                "states.e: must be an object.",
                "the initial state 'x' is not one of its children.",
                "the target 'a' cannot be reached from the root; did you mean '.a'?",
                "states.a: there is no state 'zz' to go to.",
                "states.c.states.d: there is no state 'gone' to go to.",
            ],
            exception.Errors.Select(error => error.ToString()));
    }

    [Theory]
    [InlineData("[]", "a machine must be an object.")]
    [InlineData("7", "a machine must be an object.")]
    public void What_is_no_object_is_no_machine(string json, string message) =>
        Assert.Equal(message, Assert.Throws<JsonFormatException>(() => Load(json)).Message);

    [Theory]
    [InlineData("""{"type":"assign"}""", "entry.params: assign needs an object: the keys to set, with their values.")]
    [InlineData("""{"type":"cancel"}""", "entry.params.id: must be text.")]
    [InlineData("""{"type":"sendTo","params":{"to":"self"}}""", "entry.params.event: must be an event: an object with a type.")]
    [InlineData("""{"type":"raise","params":{"event":{"type":"E"},"delay":[]}}""", "entry.params.delay: a delay is a number of milliseconds or a name.")]
    [InlineData("""{"type":"spawnChild","params":{"src":"x"}}""", "entry.params.id: must be text.")]
    [InlineData("""{"type":"xstate.log","params":{"message":1}}""", null)]
    public void Parameters_of_built_in_actions_are_checked(string action, string? message)
    {
        var load = () => Load($$"""{"entry":{{action}}}""");
        if (message is null)
            Assert.Equal("1", new TestRun(load()).TakeLog());
        else
            Assert.Equal(message, Assert.Throws<DefinitionException>(load).Errors.Single().ToString());
    }

    [Theory]
    [InlineData("#nope", "states.a.on.E.guard.params.guard.params.state: there is no state '#nope' to be in.")]
    [InlineData("#m.a.b", "states.a.on.E.guard.params.guard.params.state: there is no state '#m.a.b' to be in.")]
    [InlineData("#m.a", null)]
    [InlineData("nope", null)]
    public void A_guard_asks_for_ids_that_states_have(string state, string? message)
    {
        var load = () => Load(
            """{"id":"m","initial":"a","states":{"a":{"on":{"E":{"target":"a","guard":{"type":"not","params":{"guard":{"type":"stateIn","params":{"state":"STATE"}}}}}}}}}"""
                .Replace("STATE", state, StringComparison.Ordinal));
        if (message is null)
            Assert.Equal(state == "nope", load().Start().Snapshot.Can(new Event("E")));
        else
            Assert.Equal(message, Assert.Throws<DefinitionException>(load).Errors.Single().ToString());
    }

    [Fact]
    public void A_machine_that_loops_fails_after_the_iterations_that_its_config_allows()
    {
        var run = new TestRun(Load("""{"id":"m","options":{"maxIterations":20},"on":{"A":{"actions":{"type":"raise","params":{"event":{"type":"A"}}}}}}"""));

        run.Send("A");

        Assert.Contains("more than 20 microsteps", run.Snapshot.Error?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1.5")]
    [InlineData("\"many\"")]
    public void A_limit_of_iterations_is_a_whole_number(string limit) =>
        Assert.Equal(
            "options.maxIterations: must be a whole number, 1 or more.",
            Assert.Throws<JsonFormatException>(() => Load($$$"""{"options":{"maxIterations":{{{limit}}}}}""")).Message);

    [Fact]
    public void A_machine_that_was_loaded_is_written_as_it_came()
    {
        const string Config = """{"id":"m","initial":"a","states":{"a":{"on":{"E":{"actions":{"type":"log","params":{"message":"hi"}}}},"custom":7}}}""";

        Assert.Equal(Config, JsonNode.Parse(Load(Config).ToJson())!.ToJsonString());
    }

    [Fact]
    public void A_machine_that_was_built_is_written_as_a_config()
    {
        var machine = new StateMachineBuilder<string, Data>("m").InitialTransition("a");
        machine.Root.Description("all of it").InternalTransition("R", actions: run => run.Log("r"));
        machine.Configure("a").InitialTransition("a.b", run => run.Log("first")).Tag("t").OnEntry(run => run.Log("in").Execute("audit"))
            .OnExit((data, _) => data.Count++)
            .Invoke(new PromiseActor("work"), id: "w").OnDone("c").OnError()
            .After(TimeSpan.FromSeconds(2), "c").OnDone("c")
            .PermitIf("E", "c", (data, _) => data.Count > 1, guardName: "enough").PermitReentry<Again>();
        machine.Configure("a.b").Always("a.c", actions: run => run.Log("on"));
        machine.Configure("a.c").Final();
        machine.Configure("a.h").History(HistoryKind.Deep, "a.b");
        machine.Configure("c").Parallel().Meta(new JsonObject { ["x"] = 1 }).Permit("M", ["c.x", "c.y"]).Ignore("I");
        machine.Configure("c.x");
        machine.Configure("c.y");

        var json = machine.Build().ToJson();

        Assert.Equal(
            """
            {"id":"m","initial":"a","description":"all of it","on":{"R":[{"actions":[{"type":"log"}]}]},"states":{"a":{"initial":{"target":"b","actions":[{"type":"log"}]},"tags":["t"],"entry":[{"type":"log"},{"type":"audit"}],"exit":[{"type":"assign"}],"invoke":[{"src":"work","id":"w","onDone":[{"target":"#m.c"}],"onError":[{}]}],"on":{"E":[{"target":"#m.c","guard":{"type":"enough"}}],"AGAIN":[{"target":"#m.a","reenter":true}]},"onDone":[{"target":"#m.c"}],"after":{"2000":[{"target":"#m.c"}]},"states":{"b":{"always":[{"target":"#m.a.c","actions":[{"type":"log"}]}]},"c":{"type":"final"},"h":{"type":"history","history":"deep","target":"#m.a.b"}}},"c":{"type":"parallel","meta":{"x":1},"on":{"M":[{"target":["#m.c.x","#m.c.y"]}],"I":[{}]},"states":{"x":{},"y":{}}}}}
            """,
            JsonNode.Parse(json)!.ToJsonString());
    }

    private sealed record Again;

    private static StateMachine Load(string json, Implementations? implementations = null)
    {
        using var document = JsonDocument.Parse(json);
        return StateMachine.Load(document.RootElement, implementations);
    }
}
