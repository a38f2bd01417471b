using System.Text.Json;

namespace Statecharts.Tests.Persistence;

public class SnapshotTests
{
    private static readonly PromiseActor<string, int> s_work = new("work");
    private static readonly StateMachine s_child = TestMachines.Build(machine => machine.Configure("a").Invoke(s_work, _ => "in", id: "w"), id: "child");
    private static readonly StateMachine s_machine = TestMachines.Build(machine =>
    {
        machine.Configure("a").InitialTransition("a.b").Permit("OUT", "p").Invoke(s_child, id: "c", systemId: "kid").OnSnapshot();
        machine.Configure("a.b");
        machine.Configure("a.h").History();
        machine.Configure("p").Parallel();
        machine.Configure("p.x").InitialTransition("p.x.1");
        machine.Configure("p.x.1");
        machine.Configure("p.y");
    });

    [Fact]
    public void A_snapshot_is_written_as_XState_persists_it()
    {
        Assert.Equal(
            """
            {"status":"active","value":{"a":"b"},"context":{"count":0,"text":null},"historyValue":{},"children":{"c":{"snapshot":{"status":"active","value":"a","context":{"count":0,"text":null},"historyValue":{},"children":{"w":{"snapshot":{"status":"active","input":"in"},"src":"work","syncSnapshot":false,"session":2}}},"src":"child","systemId":"kid","syncSnapshot":true,"session":1}},"sessions":2}
            """,
            s_machine.Start().Snapshot.ToString());
    }

    [Fact]
    public void What_XState_persisted_is_read()
    {
        var snapshot = Read("""
            {"status":"active","value":{"a":"b"},"context":{"count":3},"historyValue":{"m.a.h":[{"id":"m.a.b"}]},
             "children":{"c":{"snapshot":{"status":"active","value":"a","context":{},"historyValue":{},
               "children":{"w":{"snapshot":{"status":"active","input":"x"},"src":"work"}}},"src":"child"}}}
            """);

        Assert.Equal(3, snapshot.ContextAs<Data>().Count);
        Assert.Equal("c/w@2", s_machine.FindActor(snapshot, ActorPath.Parse("c/w"))!.Path.ToString());
        Assert.Equal("""{"p":{"x":"1","y":{}}}""", s_machine.Send(snapshot, new Event("OUT")).Snapshot.Value.ToString());
    }

    [Theory]
    [InlineData("""{"value":"a"}""", "status: is missing.")]
    [InlineData("""{"status":"lost","value":"a"}""", "status: 'lost' is none of active, done, error, stopped.")]
    [InlineData("""{"status":"active"}""", "value: is missing.")]
    [InlineData("""{"status":"active","value":"zz"}""", "value: the state 'm' of machine 'm' has no child 'zz'.")]
    [InlineData("""{"status":"active","value":{"a":"zz"}}""", "value.a: the state 'm.a' of machine 'm' has no child 'zz'.")]
    [InlineData("""{"status":"active","value":{"a":{"h":{}}}}""", "value.a.h: the state 'm.a' of machine 'm' has no child 'h'.")]
    [InlineData("""{"status":"active","value":"a"}""", "value: 'a' says too little about the state 'm': name the active states below it.")]
    [InlineData("""{"status":"active","value":{"a":"b","p":{"x":"1","y":{}}}}""", "value: exactly one child of the state 'm' is active, not 2.")]
    [InlineData("""{"status":"active","value":{"p":{"x":"1"}}}""", "value.p.y: is missing: it is a region of the parallel state 'm.p'.")]
    [InlineData("""{"status":"active","value":{"a":"b"}}""", "context: is missing.")]
    [InlineData("""{"status":"active","value":7}""", "value: a state value is a state's name, or an object of states.")]
    [InlineData("""{"status":"active","value":{"a":"b"},"context":{"count":"many"}}""", "context.count: does not fit Data.")]
    [InlineData("""{"status":"active","value":{"a":"b"},"context":{},"historyValue":{"m.zz":[]}}""", "historyValue.m.zz: machine 'm' has no history state with this id.")]
    [InlineData("""{"status":"active","value":{"a":"b"},"context":{},"historyValue":{"m.a.h":[{"id":"q"}]}}""", "historyValue.m.a.h[0]: machine 'm' has no state with the id 'q'.")]
    [InlineData("""{"status":"active","value":{"a":"b"},"context":{},"children":{"c":{"snapshot":{},"src":"zz"}}}""", "children.c.src: machine 'm' has no actor named 'zz'.")]
    [InlineData("""{"status":"active","value":{"a":"b"},"context":{},"children":{"c":{"snapshot":{"status":"active","value":"q"},"src":"child"}}}""", "children.c.snapshot.value: the state 'child' of machine 'child' has no child 'q'.")]
    [InlineData("""{"status":"active","value":{"a":"b"},"context":{},"children":{"c":{"snapshot":{"status":"active","value":"a","context":{},"children":{"w":{"snapshot":{"status":"active","input":1},"src":"work"}}},"src":"child"}}}""", "children.c.snapshot.children.w.snapshot.input: does not fit String.")]
    [InlineData("""{"status":"active","value":{"a":"b"},"context":{},"children":{"c":{"snapshot":{"status":"active","value":"a","context":{},"children":{"w":{"snapshot":{"status":"active","value":"a"},"src":"work"}}},"src":"child"}}}""", "children.c.snapshot.children.w.snapshot.value: is a machine's, but 'work' is a promise.")]
    [InlineData("""{"status":"active","value":{"a":"b"},"context":{},"sessions":-1}""", "sessions: must be a whole number, 0 or more.")]
    [InlineData("""{"status":"active","value":{"a":"b"},"context":{},"order":["m","m.a","zz"]}""", "order: 'zz' is none of the active states.")]
    [InlineData("""{"status":"active","value":{"a":"b"},"context":{},"order":["m","m.a"]}""", "order: the active state 'm.a.b' is missing.")]
    [InlineData("[]", "a snapshot must be an object.")]
    public void A_snapshot_that_does_not_fit_is_refused_with_the_path(string json, string message)
    {
        Assert.Equal(message, Assert.Throws<JsonFormatException>(() => Read(json)).Message);
    }

    [Fact]
    public void A_snapshot_of_another_machine_is_refused()
    {
        var other = TestMachines.Build(machine => machine.Configure("a"), id: "other");

        Assert.Contains("'m'", Assert.Throws<ArgumentException>(() => other.Send(s_machine.Start().Snapshot, new Event("E"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_start_keeps_its_error()
    {
        var machine = TestMachines.Build(machine => machine.Configure("a").OnEntry((_, _) => throw new InvalidOperationException("no")), id: "m");
        var run = new TestRun(machine);

        Assert.Equal((ActorStatus.Error, "no", "\"a\""), (run.Snapshot.Status, run.Snapshot.Error!.Message, run.Snapshot.Value.ToString()));
        Assert.Equal(run.Snapshot.ToString(), run.Restore().Snapshot.ToString());
    }

    [Fact]
    public void Others_can_write_their_own_properties_into_the_object()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("version", "v1");
            s_machine.WriteSnapshotProperties(writer, s_machine.Start().Snapshot);
            writer.WriteEndObject();
        }
        using var json = JsonDocument.Parse(stream.ToArray());

        Assert.Equal("v1", json.RootElement.GetProperty("version").GetString());
        Assert.Equal(s_machine.Start().Snapshot.ToString(), s_machine.ReadSnapshot(json.RootElement).ToString());
    }

    private static Snapshot Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return s_machine.ReadSnapshot(document.RootElement);
    }
}
