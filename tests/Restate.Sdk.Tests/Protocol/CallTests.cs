using Restate.Sdk.Protocol;
using static Restate.Sdk.Tests.Protocol.MachineDriver;

namespace Restate.Sdk.Tests.Protocol;

public class CallTests
{
    [Fact]
    public void A_call_has_two_completions()
    {
        using var driver = Started();
        var headers = new Dictionary<string, string> { ["h"] = "1" };
        (var id, var result) = driver.Machine.Call(
            new CallRequest(Target.Object("Obj", "key", "do"), Bytes("in"), "idem", headers, "step"));

        var command = driver.SingleOutput();
        Assert.Equal(MessageType.CallCommand, command.Type);
        Assert.Equal(("Obj", "do", "in", "key", "idem", "step"), (command.Text(1), command.Text(2), command.Text(3), command.Text(5), command.Text(6), command.Text(12)));
        Assert.Equal(("h", "1"), (command.Message(4).Text(1), command.Message(4).Text(2)));
        Assert.Equal((1UL, 2UL), (command.Number(10), command.Number(11)));

        driver.Feed(Wire.CallId(1, "inv_callee"));
        Assert.Equal(ProgressKind.Resolved, driver.Await(id).Kind);
        Assert.Equal("inv_callee", id.Result!.InvocationId);
        driver.Feed(Wire.Completed(MessageType.CallCompletion, 2, "out"));
        Assert.Equal("out", driver.Value(result));
    }

    [Fact]
    public void A_callees_failure_is_the_calls()
    {
        using var driver = Started();
        (var _, var result) = driver.Machine.Call(ReplayTests.Request("S", "h", ""));
        driver.Feed(Wire.Failed(MessageType.CallCompletion, 2, 404, "gone"));
        driver.Await(result);
        var exception = result.Result!.Failure!.ToException();
        Assert.Equal((404, "gone"), (exception.Code, exception.Message));
    }

    [Fact]
    public void A_send_has_a_start_time_and_one_completion()
    {
        using var driver = Started();
        var id = driver.Machine.Send(
            new CallRequest(Target.Object("Obj", "key", "do"), Bytes("in"), "idem", EmptyMap.Strings, null),
            DateTimeOffset.FromUnixTimeMilliseconds(99));
        var command = driver.SingleOutput();
        Assert.Equal(MessageType.OneWayCallCommand, command.Type);
        Assert.Equal(("Obj", "do", "in", 99UL, "key", "idem", 1UL), (command.Text(1), command.Text(2), command.Text(3), command.Number(4), command.Text(6), command.Text(7), command.Number(10)));
        driver.Feed(Wire.CallId(1, "inv_callee"));
        Assert.Equal(ProgressKind.Resolved, driver.Await(id).Kind);
    }

    [Fact]
    public void An_awakeable_elsewhere_is_completed_by_value_or_failure()
    {
        using var driver = Started();
        driver.Machine.CompleteAwakeable("sign_1x", Bytes("v"));
        driver.Machine.CompleteAwakeable("sign_1y", new Failure(422, "no", EmptyMap.Strings));
        var output = driver.Output();
        Assert.Equal(("sign_1x", "v"), (output[0].Text(1), output[0].Message(2).Text(1)));
        Assert.Equal(("sign_1y", 422UL), (output[1].Text(1), output[1].Message(3).Number(1)));
    }

    [Fact]
    public void An_invocation_is_cancelled_by_signal_one()
    {
        using var driver = Started();
        driver.Machine.CancelInvocation("inv_other");
        var command = driver.SingleOutput();
        Assert.Equal((MessageType.SendSignalCommand, "inv_other", 1UL, true), (command.Type, command.Text(1), command.Number(2), command.Has(4)));
    }

    [Fact]
    public void A_named_signal_carries_a_value_or_a_failure()
    {
        using var driver = Started();
        driver.Machine.SendSignal("inv_other", "go", Bytes("v"));
        driver.Machine.SendSignal("inv_other", "go", new Failure(500, "no", EmptyMap.Strings));
        var output = driver.Output();
        Assert.Equal(("go", "v"), (output[0].Text(3), output[0].Message(5).Text(1)));
        Assert.Equal("no", output[1].Message(6).Text(2));
    }

    [Fact]
    public void An_invocations_answer_is_awaited_or_asked_for()
    {
        using var driver = Started();
        var attached = driver.Machine.Attach("inv_other");
        var output = driver.Machine.GetOutput("inv_other");
        Assert.Equal(
            [(MessageType.AttachInvocationCommand, "inv_other", 1UL), (MessageType.GetInvocationOutputCommand, "inv_other", 2UL)],
            driver.Output().Select(frame => (frame.Type, frame.Text(1), frame.Number(11))));
        driver.Feed(
            Wire.CompletedVoid(MessageType.GetInvocationOutputCompletion, 2),
            Wire.Completed(MessageType.AttachInvocationCompletion, 1, "out"));
        Assert.Equal("out", driver.Value(attached));
        Assert.Equal(ProgressKind.Resolved, driver.Await(output).Kind);
        Assert.Null(output.Result!.Value);
    }
}
