using Restate.Sdk.Protocol;

namespace Restate.Sdk.Tests.Protocol;

public class AwaitTests
{
    [Fact]
    public void A_sleep_asks_for_its_time_and_waits()
    {
        using var driver = MachineDriver.Started();
        var node = driver.Machine.Sleep(DateTimeOffset.FromUnixTimeMilliseconds(1234), "nap");
        var command = driver.SingleOutput();
        Assert.Equal((1234UL, 1UL, "nap"), (command.Number(1), command.Number(11), command.Text(12)));
        Assert.Equal(ProgressKind.Wait, driver.Await(node).Kind);
        driver.Feed(Wire.SleepDone(1));
        Assert.Equal(ProgressKind.Resolved, driver.Await(node).Kind);
    }

    [Fact]
    public void An_attempt_suspends_once_the_input_ends()
    {
        using var driver = MachineDriver.Started();
        var node = Sleep(driver);
        driver.Output();
        driver.Machine.CloseInput();
        Assert.Equal(ProgressKind.Closed, driver.Await(node).Kind);

        var suspension = driver.SingleOutput();
        Assert.Equal(MessageType.Suspension, suspension.Type);
        Assert.Equal([1UL], suspension.Numbers(1));
        Assert.Equal([1UL], suspension.Numbers(2));
        Assert.Equal(AttemptOutcome.Suspended, driver.Machine.Outcome);
        Assert.Null(driver.Machine.Error);
    }

    [Fact]
    public void An_attempt_does_not_suspend_on_what_is_there()
    {
        using var driver = MachineDriver.Started(Wire.Sleep(1, 1), Wire.SleepDone(1));
        driver.Machine.CloseInput();
        var node = Sleep(driver);
        Assert.Equal(ProgressKind.Resolved, driver.Await(node).Kind);
    }

    [Fact]
    public void A_suspension_leaves_out_what_is_completed()
    {
        using var driver = MachineDriver.Started();
        AwaitNode first = Sleep(driver), second = Sleep(driver), third = Sleep(driver);
        driver.Output();
        driver.Feed(Wire.SleepDone(2));
        driver.Machine.CloseInput();
        Assert.Equal(ProgressKind.Closed, driver.Await(new AwaitNode(Combinator.AllCompleted, first, second, third)).Kind);
        Assert.Equal([1UL, 3UL], driver.SingleOutput().Numbers(1));
    }

    [Fact]
    public void A_suspension_has_signals_by_index_and_by_name()
    {
        using var driver = MachineDriver.Started();
        (var id, var awakeable) = driver.Machine.Awakeable();
        var signal = driver.Machine.Signal("go");
        driver.Machine.CloseInput();
        driver.Await(new AwaitNode(Combinator.FirstCompleted, awakeable, signal));
        var suspension = driver.SingleOutput();
        Assert.Equal([17UL, 1UL], suspension.Numbers(2));
        Assert.Equal("go", suspension.Text(3));
        Assert.StartsWith("sign_1", id, StringComparison.Ordinal);
    }

    [Fact]
    public void In_V7_a_suspension_has_the_await_tree()
    {
        using var driver = MachineDriver.Started(ProtocolVersion.V7);
        AwaitNode first = Sleep(driver), second = Sleep(driver), third = Sleep(driver);
        driver.Output();
        driver.Machine.CloseInput();
        var race = new AwaitNode(Combinator.FirstCompleted, second, third);
        driver.Await(new AwaitNode(Combinator.AllSucceededOrFirstFailed, first, race));

        var suspension = driver.SingleOutput();
        Assert.False(suspension.Has(1));
        var root = suspension.Message(4);
        Assert.Equal((1UL, 1UL), (root.Number(5), root.Number(2)));
        var all = root.Message(4);
        Assert.Equal((4UL, 1UL), (all.Number(5), all.Number(1)));
        var inner = all.Message(4);
        Assert.Equal(1UL, inner.Number(5));
        Assert.Equal([2UL, 3UL], inner.Numbers(1));
    }

    [Fact]
    public void In_V7_a_wait_is_announced_once()
    {
        using var driver = MachineDriver.Started(ProtocolVersion.V7);
        var node = Sleep(driver);
        driver.Output();
        driver.Await(node);
        driver.Await(node);
        var waiting = driver.SingleOutput();
        Assert.Equal(MessageType.AwaitingOn, waiting.Type);
        Assert.Equal(1UL, waiting.Message(1).Number(1));
    }

    [Fact]
    public void The_first_to_come_wins_even_when_both_are_there()
    {
        using var driver = MachineDriver.Started(Wire.Sleep(1, 1), Wire.Sleep(1, 2), Wire.SleepDone(2), Wire.SleepDone(1));
        AwaitNode first = Sleep(driver), second = Sleep(driver);
        var race = new AwaitNode(Combinator.FirstCompleted, first, second);
        Assert.Equal(ProgressKind.Resolved, driver.Await(race).Kind);
        Assert.Equal(1, race.Decider);
        Assert.Equal(AwaitOutcome.Pending, first.Outcome);
    }

    [Fact]
    public void Of_two_awaits_the_one_whose_notification_came_first_goes_on()
    {
        using var driver = MachineDriver.Started();
        AwaitNode first = Sleep(driver), second = Sleep(driver);
        driver.Feed(Wire.SleepDone(2), Wire.SleepDone(1));
        Assert.Equal(1, driver.Await(first, second).Index);
        Assert.Equal(0, driver.Await(first).Index);
    }

    [Theory]
    [InlineData((int)Combinator.FirstCompleted, true, AwaitOutcome.Succeeded)]
    [InlineData((int)Combinator.FirstSucceededOrAllFailed, true, AwaitOutcome.Pending)]
    [InlineData((int)Combinator.FirstSucceededOrAllFailed, false, AwaitOutcome.Succeeded)]
    [InlineData((int)Combinator.AllSucceededOrFirstFailed, true, AwaitOutcome.Failed)]
    [InlineData((int)Combinator.AllSucceededOrFirstFailed, false, AwaitOutcome.Pending)]
    [InlineData((int)Combinator.AllCompleted, true, AwaitOutcome.Pending)]
    internal void One_of_two_decides_as_the_combinator_says(int combinator, bool fails, AwaitOutcome outcome)
    {
        using var driver = MachineDriver.Started();
        var first = driver.Machine.Call(ReplayTests.Request("S", "h", "")).Result;
        var second = driver.Machine.Call(ReplayTests.Request("S", "h", "")).Result;
        driver.Feed(fails
            ? Wire.Failed(MessageType.CallCompletion, 2, 500, "bad")
            : Wire.Completed(MessageType.CallCompletion, 2, "good"));
        var node = new AwaitNode((Combinator)combinator, first, second);
        driver.Await(node);
        Assert.Equal(outcome, node.Outcome);
    }

    [Theory]
    [InlineData((int)Combinator.FirstSucceededOrAllFailed, AwaitOutcome.Failed)]
    [InlineData((int)Combinator.AllCompleted, AwaitOutcome.Succeeded)]
    internal void All_failed_is_what_the_combinator_says(int combinator, AwaitOutcome outcome)
    {
        using var driver = MachineDriver.Started();
        var first = driver.Machine.Call(ReplayTests.Request("S", "h", "")).Result;
        var second = driver.Machine.Call(ReplayTests.Request("S", "h", "")).Result;
        driver.Feed(
            Wire.Failed(MessageType.CallCompletion, 2, 500, "bad"), Wire.Failed(MessageType.CallCompletion, 4, 500, "bad"));
        var node = new AwaitNode((Combinator)combinator, first, second);
        driver.Await(node);
        Assert.Equal(outcome, node.Outcome);
    }

    [Fact]
    public void An_awakeable_costs_no_command_and_is_resolved_by_its_signal()
    {
        using var driver = MachineDriver.Started();
        (var firstId, var first) = driver.Machine.Awakeable();
        (var secondId, var second) = driver.Machine.Awakeable();
        Assert.Empty(driver.Output());
        Assert.Equal("sign_1aWQtYnl0ZXMAAAAR", firstId);
        Assert.NotEqual(firstId, secondId);
        driver.Feed(Wire.Signal(18, "second"), Wire.Signal(17, "first"));
        Assert.Equal("first", driver.Value(first));
        Assert.Equal("second", driver.Value(second));
    }

    [Fact]
    public void A_named_signal_is_received_by_name()
    {
        using var driver = MachineDriver.Started();
        driver.Feed(Wire.NamedSignal("other", "no"), Wire.NamedSignal("go", "yes"));
        Assert.Equal("yes", driver.Value(driver.Machine.Signal("go")));
    }

    private static AwaitNode Sleep(MachineDriver driver) => driver.Machine.Sleep(DateTimeOffset.UnixEpoch, null);
}
