using Restate.Sdk.Protocol;
using static Restate.Sdk.Tests.Protocol.MachineDriver;

namespace Restate.Sdk.Tests.Protocol;

public class StateTests
{
    [Fact]
    public void A_key_that_came_along_is_read_without_asking()
    {
        using var driver = WithState(partial: true, ("k", "v"));
        var node = driver.Machine.GetState("k");

        var command = driver.SingleOutput();
        Assert.Equal(MessageType.GetEagerStateCommand, command.Type);
        Assert.Equal(("k", "v"), (command.Text(1), command.Message(14).Text(1)));
        Assert.Equal("v", driver.Value(node));
    }

    [Fact]
    public void A_key_that_is_empty_is_not_missing()
    {
        using var driver = WithState(partial: false, ("k", ""));
        Assert.Equal("", driver.Value(driver.Machine.GetState("k")));
        Assert.True(driver.SingleOutput().Has(14));
    }

    [Fact]
    public void A_key_that_did_not_come_along_is_missing_when_the_state_is_complete()
    {
        using var driver = WithState(partial: false);
        var node = driver.Machine.GetState("k");
        Assert.True(driver.SingleOutput().Has(13));
        Assert.Equal(ProgressKind.Resolved, driver.Await(node).Kind);
        Assert.Null(node.Result!.Value);
    }

    [Fact]
    public void A_key_that_did_not_come_along_is_asked_for_when_the_state_is_partial()
    {
        using var driver = WithState(partial: true);
        var node = driver.Machine.GetState("k");
        var command = driver.SingleOutput();
        Assert.Equal((MessageType.GetLazyStateCommand, "k", 1UL), (command.Type, command.Text(1), command.Number(11)));
        Assert.Equal(ProgressKind.Wait, driver.Await(node).Kind);

        driver.Feed(Wire.Completed(MessageType.GetLazyStateCompletion, 1, "v"));
        Assert.Equal("v", driver.Value(node));
    }

    [Fact]
    public void A_key_asked_for_may_be_missing()
    {
        using var driver = WithState(partial: true);
        var node = driver.Machine.GetState("k");
        driver.Feed(Wire.CompletedVoid(MessageType.GetLazyStateCompletion, 1));
        Assert.Equal(ProgressKind.Resolved, driver.Await(node).Kind);
        Assert.Null(node.Result!.Value);
    }

    [Fact]
    public void What_was_written_is_read()
    {
        using var driver = WithState(partial: true);
        driver.Machine.SetState("k", Bytes("new"));
        Assert.Equal("new", driver.Value(driver.Machine.GetState("k")));
        driver.Machine.ClearState("k");
        var cleared = driver.Machine.GetState("k");
        Assert.Equal(ProgressKind.Resolved, driver.Await(cleared).Kind);
        Assert.Null(cleared.Result!.Value);
        Assert.Equal(
            [
                MessageType.SetStateCommand,
                MessageType.GetEagerStateCommand,
                MessageType.ClearStateCommand,
                MessageType.GetEagerStateCommand,
            ],
            driver.Output().Select(frame => frame.Type));
    }

    [Fact]
    public void After_clearing_all_nothing_has_to_be_asked_for()
    {
        using var driver = WithState(partial: true, ("k", "v"));
        driver.Machine.ClearAllState();
        var node = driver.Machine.GetState("other");
        Assert.Equal(ProgressKind.Resolved, driver.Await(node).Kind);
        Assert.Equal([MessageType.ClearAllStateCommand, MessageType.GetEagerStateCommand], driver.Output().Select(frame => frame.Type));
    }

    [Fact]
    public void Keys_are_known_when_the_state_is_complete()
    {
        using var driver = WithState(partial: false, ("b", "2"), ("a", "1"), ("gone", "3"));
        driver.Machine.ClearState("gone");
        var node = driver.Machine.GetStateKeys();
        Assert.Equal(ProgressKind.Resolved, driver.Await(node).Kind);
        Assert.Equal(["a", "b"], node.Result!.StateKeys!);
        Assert.Equal(MessageType.GetEagerStateKeysCommand, driver.Output()[1].Type);
    }

    [Fact]
    public void Keys_are_asked_for_when_the_state_is_partial()
    {
        using var driver = WithState(partial: true, ("b", "2"));
        var node = driver.Machine.GetStateKeys();
        Assert.Equal(MessageType.GetLazyStateKeysCommand, driver.SingleOutput().Type);
        driver.Feed(Frame.Encode(
            MessageType.GetLazyStateKeysCompletion, FrameField.Of(1, 1), FrameField.Of(17, FrameField.Of(1, "a"), FrameField.Of(1, "b"))));
        Assert.Equal(ProgressKind.Resolved, driver.Await(node).Kind);
        Assert.Equal(["a", "b"], node.Result!.StateKeys!);
    }

    [Fact]
    public void A_replay_gives_what_the_journal_has_and_not_what_came_along()
    {
        using var driver = new MachineDriver();
        driver.Feed(Wire.Start(4, state: [("k", "later")]), Wire.Input(""), Wire.GetEagerState("k", "earlier"), Wire.SetState("k", "x"), Wire.GetEagerState("k", null));
        driver.Machine.TakeInput();
        Assert.Equal("earlier", driver.Value(driver.Machine.GetState("k")));
        driver.Machine.SetState("k", Bytes("x"));
        var missing = driver.Machine.GetState("k");
        Assert.Null(missing.Result!.Value);
        Assert.Equal(MachineState.Processing, driver.Machine.State);
        Assert.Empty(driver.Output());
    }

    [Fact]
    public void A_replay_takes_what_was_asked_for_from_the_notifications()
    {
        using var driver = Started(
            Wire.GetLazyState("k", 1), Wire.Completed(MessageType.GetLazyStateCompletion, 1, "v"));
        Assert.Equal("v", driver.Value(driver.Machine.GetState("k")));
    }

    [Fact]
    public void A_replay_of_another_key_is_a_mismatch()
    {
        using var driver = Started(Wire.GetEagerState("k", "v"));
        Assert.Throws<AttemptEndedException>(() => driver.Machine.GetState("other"));
        var error = driver.ErrorOutput();
        Assert.Equal(570UL, error.Number(1));
        Assert.Contains("journal 'k', code 'other'", error.Text(2), StringComparison.Ordinal);
        Assert.Equal((1UL, (ulong)MessageType.GetEagerStateCommand), (error.Number(4), error.Number(6)));
    }

    [Fact]
    public void A_read_for_update_costs_no_entry_when_the_same_key_is_written_next()
    {
        using var driver = WithState(partial: false, ("k", "old"));
        (var node, var isUpdated) = driver.Machine.GetStateForUpdate("k");
        Assert.Equal(("old", false), (driver.Value(node), isUpdated));
        driver.Machine.SetState("k", Bytes("new"));
        driver.Machine.Complete(Bytes("out"));
        Assert.Equal([MessageType.SetStateCommand, MessageType.OutputCommand, MessageType.End], driver.Output().Select(frame => frame.Type));
    }

    [Fact]
    public void A_read_for_update_comes_before_whatever_else_follows()
    {
        (Action<InvocationMachine> Follow, MessageType Type)[] others =
        [
            (machine => machine.SetState("other", Bytes("x")), MessageType.SetStateCommand),
            (machine => machine.ClearState("k"), MessageType.ClearStateCommand),
            (machine => machine.GetState("k"), MessageType.GetEagerStateCommand),
            (machine => machine.GetStateForUpdate("other"), MessageType.GetEagerStateCommand),
            (machine => machine.Run("r"), MessageType.RunCommand),
            (machine => machine.Complete(Bytes("out")), MessageType.OutputCommand),
        ];
        foreach ((var follow, var type) in others)
        {
            using var driver = WithState(partial: false, ("k", "old"));
            driver.Machine.GetStateForUpdate("k");
            follow(driver.Machine);
            if (type == MessageType.GetEagerStateCommand)
                driver.Machine.SetState("z", Bytes("z"));
            var frames = driver.Output();
            Assert.Equal((MessageType.GetEagerStateCommand, "k", "old"), (frames[0].Type, frames[0].Text(1), frames[0].Message(14).Text(1)));
            Assert.Equal(type, frames[1].Type);
        }
    }

    [Fact]
    public void A_missing_key_is_read_for_update_as_any_other()
    {
        using var driver = WithState(partial: false);
        (var node, _) = driver.Machine.GetStateForUpdate("k");
        Assert.Equal(ProgressKind.Resolved, driver.Await(node).Kind);
        Assert.Null(node.Result!.Value);
        driver.Machine.ClearAllState();
        Assert.True(driver.Output()[0].Has(13));
    }

    [Fact]
    public void A_key_that_only_the_server_knows_is_asked_for_to_be_updated()
    {
        using var driver = WithState(partial: true);
        (var node, var isUpdated) = driver.Machine.GetStateForUpdate("k");
        driver.Feed(Wire.Completed(MessageType.GetLazyStateCompletion, 1, "v"));
        Assert.Equal(("v", false), (driver.Value(node), isUpdated));
        driver.Machine.SetState("k", Bytes("new"));
        Assert.Equal([MessageType.GetLazyStateCommand, MessageType.SetStateCommand], driver.Output().Select(frame => frame.Type));
    }

    [Fact]
    public void A_replay_of_an_update_gives_what_was_written()
    {
        using var driver = new MachineDriver();
        driver.Feed(Wire.Start(2, state: [("k", "new")]), Wire.Input(""), Wire.SetState("k", "new"));
        driver.Machine.TakeInput();
        (var node, var isUpdated) = driver.Machine.GetStateForUpdate("k");
        Assert.Equal(("new", true), (driver.Value(node), isUpdated));
        driver.Machine.Complete(Bytes("out"));
        Assert.Equal([MessageType.OutputCommand, MessageType.End], driver.Output().Select(frame => frame.Type));
    }

    [Fact]
    public void A_replay_of_a_read_for_update_that_was_written_down_goes_on_as_it_did()
    {
        using var driver = new MachineDriver();
        driver.Feed(Wire.Start(4, state: [("k", "new")]), Wire.Input(""), Wire.GetEagerState("k", "old"), Wire.Run("r", 2), Wire.SetState("k", "new"));
        driver.Machine.TakeInput();
        (var node, var isUpdated) = driver.Machine.GetStateForUpdate("k");
        Assert.Equal(("old", false), (driver.Value(node), isUpdated));
        driver.Machine.Run("r");
        driver.Machine.SetState("k", Bytes("new"));
        Assert.Equal(MachineState.Processing, driver.Machine.State);
        Assert.Empty(driver.Output());
    }

    [Fact]
    public void Completions_are_numbered_alike_whether_or_not_a_read_for_update_is_written_down()
    {
        using var first = WithState(partial: false, ("k", "old"));
        first.Machine.GetStateForUpdate("k");
        first.Machine.Run("r");
        Assert.Equal(2UL, first.Output()[1].Number(11));

        using var written = Started(Wire.SetState("k", "new"));
        written.Machine.GetStateForUpdate("k");
        written.Machine.Run("r");
        Assert.Equal(2UL, written.SingleOutput().Number(11));
    }

    [Fact]
    public void A_replay_of_an_update_of_another_key_is_a_mismatch()
    {
        using var driver = Started(Wire.SetState("k", "v"));
        Assert.Throws<AttemptEndedException>(() => driver.Machine.GetStateForUpdate("other"));
        Assert.Contains("journal 'k', code 'other'", driver.ErrorOutput().Text(2), StringComparison.Ordinal);
    }

    private static MachineDriver WithState(bool partial, params (string Key, string Value)[] state)
    {
        var driver = new MachineDriver();
        driver.Feed(Wire.Start(1, partial, state), Wire.Input(""));
        driver.Machine.TakeInput();
        return driver;
    }
}
