using System.Text.Json;

namespace Statecharts.Tests.Persistence;

public class EventTests
{
    private sealed record Add(int Number, string? Why = null);

    private sealed record Other;

    private static readonly StateMachine s_machine = TestMachines.Build(machine => machine
        .Event<Other>()
        .Configure("a").InternalTransition<Add>((data, add) => data.Count += add.Number).InternalTransition("user.*", (_, _) => { }));

    [Fact]
    public void An_event_is_read_as_its_message()
    {
        Assert.Equal(new Event("ADD", new Add(2, "because")), Read("""{"type":"ADD","number":2,"why":"because"}"""));
        Assert.Equal(new Event("OTHER", new Other()), Read("""{"type":"OTHER"}"""));
        Assert.Equal("user.in", Read("""{"type":"user.in"}""").Type);
    }

    [Theory]
    [InlineData("""{"type":"NOPE"}""", "type: machine 'm' knows no event 'NOPE'. It knows ADD, OTHER.")]
    [InlineData("""{"type":"ADD","number":"x"}""", "number: does not fit Add.")]
    [InlineData("""{"number":1}""", "type: an event must have a type, which is text.")]
    [InlineData("""{"type":7}""", "type: an event must have a type, which is text.")]
    [InlineData("7", "an event must be an object with a type.")]
    [InlineData("""{"type":"xstate.done.actor.w"}""", "type: 'xstate.done.actor.w' is an event of the engine's own, which nobody may send.")]
    public void An_event_that_does_not_fit_is_refused_with_the_path(string json, string message) =>
        Assert.Equal(message, Assert.Throws<JsonFormatException>(() => Read(json)).Message);

    [Fact]
    public void What_was_written_is_read_again_the_engines_own_included()
    {
        foreach (var written in new[] { new Event("ADD", new Add(1)), new Event("xstate.after.100.m.a"), new Event("OTHER", new Other()) })
        {
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream))
                s_machine.WriteEvent(writer, written);
            using var json = JsonDocument.Parse(stream.ToArray());
            Assert.Equal(written, s_machine.ReadScheduledEvent(json.RootElement));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("auth-server")]
    [InlineData("auth-server/process@2")]
    [InlineData("a~0b~1c~2d@7")]
    public void A_path_is_read_as_it_was_written(string text)
    {
        var path = ActorPath.Parse(text);

        Assert.Equal(text, path.ToString());
        Assert.Equal(path, ActorPath.Parse(text));
        Assert.Equal(path.GetHashCode(), ActorPath.Parse(text).GetHashCode());
    }

    [Fact]
    public void Paths_differ_by_ids_and_session()
    {
        var path = ActorPath.Parse("a/b@1");

        Assert.NotEqual(path, ActorPath.Parse("a/b@2"));
        Assert.NotEqual(path, ActorPath.Parse("c/b@1"));
        Assert.NotEqual(path, ActorPath.Parse("b@1"));
        Assert.Equal(path, ActorPath.Parse("a@9").Child("b", 1));
        Assert.Equal(["a/b~c"], ActorPath.Parse("a~1b~0c").Ids);
    }

    [Theory]
    [InlineData("a//b")]
    [InlineData("a@x")]
    [InlineData("/")]
    public void What_is_no_path_is_refused(string text) => Assert.Throws<FormatException>(() => ActorPath.Parse(text));

    private static Event Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return s_machine.ReadEvent(document.RootElement);
    }
}
