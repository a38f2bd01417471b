using Restate.Sdk.Protocol;
using static Restate.Sdk.Tests.Protocol.MachineDriver;

namespace Restate.Sdk.Tests.Protocol;

public class ReplayTests
{
    [Fact]
    public void Another_command_than_the_journals_is_a_mismatch()
    {
        using var driver = Started(Wire.Sleep(1, 1));
        Assert.Throws<AttemptEndedException>(() => driver.Machine.Run("changed"));
        var error = driver.ErrorOutput();
        Assert.Equal(570UL, error.Number(1));
        Assert.Contains("is a sleep, but the code asks for a run", error.Text(2), StringComparison.Ordinal);
        Assert.Equal((1UL, "changed", (ulong)MessageType.RunCommand), (error.Number(4), error.Text(5), error.Number(6)));
    }

    [Fact]
    public void Another_name_is_a_mismatch()
    {
        using var driver = Started(Wire.Run("old", 1));
        Assert.Throws<AttemptEndedException>(() => driver.Machine.Run("new"));
        Assert.Contains("name: journal 'old', code 'new'", driver.ErrorOutput().Text(2), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_value_is_a_mismatch_and_is_not_shown()
    {
        using var driver = Started(Wire.SetState("k", "secret"));
        Assert.Throws<AttemptEndedException>(() => driver.Machine.SetState("k", Bytes("other")));
        var message = driver.ErrorOutput().Text(2);
        Assert.Contains("value: journal 8 bytes, code 7 bytes", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_may_differ_when_they_are_not_checked()
    {
        using var driver = new MachineDriver(options: new MachineOptions { CheckPayloads = false });
        driver.Feed(Wire.Start(3), Wire.Input(""), Wire.SetState("k", "one"), Wire.Output("one"));
        driver.Machine.TakeInput();
        driver.Machine.SetState("k", Bytes("two"));
        driver.Machine.Complete(Bytes("two"));
        Assert.Equal(MessageType.End, driver.SingleOutput().Type);
    }

    [Fact]
    public void Another_callee_is_a_mismatch()
    {
        using var driver = Started(Wire.Call("Svc", "old", "in", 1, 2));
        Assert.Throws<AttemptEndedException>(() => driver.Machine.Call(Request("Svc", "new", "in")));
        Assert.Contains("handler: journal 'old', code 'new'", driver.ErrorOutput().Text(2), StringComparison.Ordinal);
    }

    [Fact]
    public void The_wake_up_time_may_differ()
    {
        using var driver = Started(Wire.Sleep(12345, 1), Wire.SleepDone(1));
        var node = driver.Machine.Sleep(DateTimeOffset.UnixEpoch.AddYears(9), null);
        Assert.Equal(ProgressKind.Resolved, driver.Await(node).Kind);
        Assert.Empty(driver.Output());
    }

    [Fact]
    public void The_order_of_fields_does_not_matter()
    {
        using var driver = Started(Frame.Encode(
            MessageType.RunCommand, FrameField.Of(12, "name"), FrameField.Of(11, 1)));
        driver.Machine.Run("name");
        Assert.Equal(MachineState.Processing, driver.Machine.State);
    }

    [Fact]
    public void An_await_that_the_journal_did_not_wait_for_is_a_mismatch()
    {
        using var driver = Started(Wire.Sleep(1, 1), Wire.Run("after", 2));
        var node = driver.Machine.Sleep(DateTimeOffset.UnixEpoch, null);
        Assert.Equal(ProgressKind.Closed, driver.Await(node).Kind);
        Assert.Equal(570UL, driver.ErrorOutput().Number(1));
    }

    [Fact]
    public void Ending_before_the_journal_does_is_a_mismatch()
    {
        using var driver = Started(Wire.Output("out"), Wire.Run("after", 1));
        Assert.Throws<AttemptEndedException>(() => driver.Machine.Complete(Bytes("out")));
        Assert.Equal(570UL, driver.ErrorOutput().Number(1));
    }

    [Fact]
    public void After_the_end_every_command_throws()
    {
        using var driver = Started();
        driver.Machine.Complete(Bytes("out"));
        driver.Output();
        Assert.Throws<AttemptEndedException>(() => driver.Machine.SetState("k", Bytes("v")));
        Assert.Equal(ProgressKind.Closed, driver.Await(new AwaitNode(NotificationId.Completion(1))).Kind);
        Assert.Empty(driver.Output());
    }

    internal static CallRequest Request(string service, string handler, string input, string? idempotencyKey = null) =>
        new(new Target(service, null, handler), Bytes(input), idempotencyKey, EmptyMap.Strings, null);
}
