using Restate.Sdk.Protocol;

namespace Restate.Sdk.Tests.Protocol;

public class CancellationTests
{
    [Fact]
    public void A_cancellation_ends_the_await()
    {
        using var driver = MachineDriver.Started();
        var node = Sleep(driver);
        driver.Feed(Wire.Cancel());
        Assert.Equal(ProgressKind.Cancelled, driver.Await(node).Kind);
    }

    [Fact]
    public void What_came_before_the_cancellation_counts()
    {
        using var driver = MachineDriver.Started();
        AwaitNode first = Sleep(driver), second = Sleep(driver);
        driver.Feed(Wire.SleepDone(1), Wire.Cancel());
        Assert.Equal(ProgressKind.Resolved, driver.Await(first).Kind);
        Assert.Equal(ProgressKind.Cancelled, driver.Await(second).Kind);
    }

    [Fact]
    public void After_a_cancellation_the_handler_may_go_on()
    {
        using var driver = MachineDriver.Started();
        driver.Feed(Wire.Cancel());
        Assert.Equal(ProgressKind.Cancelled, driver.Await(Sleep(driver)).Kind);
        var node = Sleep(driver);
        driver.Feed(Wire.SleepDone(2));
        Assert.Equal(ProgressKind.Resolved, driver.Await(node).Kind);
    }

    [Fact]
    public void A_second_cancellation_counts_again()
    {
        using var driver = MachineDriver.Started();
        driver.Feed(Wire.Cancel(), Wire.Cancel());
        Assert.Equal(ProgressKind.Cancelled, driver.Await(Sleep(driver)).Kind);
        Assert.Equal(ProgressKind.Cancelled, driver.Await(Sleep(driver)).Kind);
    }

    [Fact]
    public void Callees_that_run_are_cancelled_too()
    {
        using var driver = MachineDriver.Started();
        AwaitNode ended = Call(driver), running = Call(driver);
        driver.Output();
        driver.Feed(
            Wire.CallId(1, "inv_ended"),
            Wire.CallId(3, "inv_running"),
            Wire.Completed(MessageType.CallCompletion, 2, "done"),
            Wire.Cancel());
        Assert.Equal(ProgressKind.Resolved, driver.Await(ended).Kind);
        Assert.Equal(ProgressKind.Cancelled, driver.Await(running).Kind);
        var command = driver.SingleOutput();
        Assert.Equal((MessageType.SendSignalCommand, "inv_running"), (command.Type, command.Text(1)));
    }

    [Fact]
    public void A_callees_id_is_waited_for_before_it_is_cancelled()
    {
        using var driver = MachineDriver.Started();
        var result = Call(driver);
        driver.Output();
        driver.Feed(Wire.Cancel());
        Assert.Equal(ProgressKind.Wait, driver.Await(result).Kind);
        driver.Feed(Wire.CallId(1, "inv_callee"));
        Assert.Equal(ProgressKind.Cancelled, driver.Await(result).Kind);
        Assert.Equal("inv_callee", driver.SingleOutput().Text(1));
    }

    [Fact]
    public void A_suspension_for_a_callees_id_names_it()
    {
        using var driver = MachineDriver.Started();
        var result = Call(driver);
        driver.Output();
        driver.Feed(Wire.Cancel());
        driver.Machine.CloseInput();
        Assert.Equal(ProgressKind.Closed, driver.Await(result).Kind);
        var suspension = driver.SingleOutput();
        Assert.Equal([1UL], suspension.Numbers(1));
        Assert.Empty(suspension.Numbers(2));
    }

    [Theory]
    [InlineData((int)ProtocolVersion.V6)]
    [InlineData((int)ProtocolVersion.V7)]
    internal void A_suspension_after_a_cancellation_does_not_wait_for_what_has_come(int version)
    {
        using var driver = MachineDriver.Started((ProtocolVersion)version);
        driver.Feed(Wire.Cancel());
        Assert.Equal(ProgressKind.Cancelled, driver.Await(Sleep(driver)).Kind);
        var cleanup = Sleep(driver);
        driver.Output();
        driver.Machine.CloseInput();
        Assert.Equal(ProgressKind.Closed, driver.Await(cleanup).Kind);

        var suspension = driver.SingleOutput();
        var waiting = version == (int)ProtocolVersion.V7 ? suspension.Message(4) : suspension;
        Assert.Equal([2UL], waiting.Numbers(1));
        Assert.Empty(waiting.Numbers(2));
    }

    [Fact]
    public void A_replay_cancels_callees_as_the_journal_has_it()
    {
        using var driver = MachineDriver.Started(
            Wire.Call("S", "h", "", 1, 2),
            Wire.CallId(1, "inv_callee"),
            Wire.Cancel(),
            Frame.Encode(MessageType.SendSignalCommand, FrameField.Of(1, "inv_callee"), FrameField.Of(2, 1), FrameField.Of(4)));
        Assert.Equal(ProgressKind.Cancelled, driver.Await(Call(driver)).Kind);
        Assert.Equal(MachineState.Processing, driver.Machine.State);
        Assert.Empty(driver.Output());
    }

    private static AwaitNode Sleep(MachineDriver driver) => driver.Machine.Sleep(DateTimeOffset.UnixEpoch, null);

    private static AwaitNode Call(MachineDriver driver) => driver.Machine.Call(ReplayTests.Request("S", "h", "")).Result;
}
