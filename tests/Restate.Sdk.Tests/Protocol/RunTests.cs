using Restate.Sdk.Protocol;
using static Restate.Sdk.Tests.Protocol.MachineDriver;

namespace Restate.Sdk.Tests.Protocol;

public class RunTests
{
    [Fact]
    public void A_run_executes_when_it_is_awaited_and_its_result_comes_back()
    {
        using var driver = Started();
        (var _, var node) = driver.Machine.Run("step");
        var command = driver.SingleOutput();
        Assert.Equal((MessageType.RunCommand, 1UL, "step"), (command.Type, command.Number(11), command.Text(12)));

        var progress = driver.Await(node);
        Assert.Equal(ProgressKind.ExecuteRun, progress.Kind);
        Assert.Equal(ProgressKind.Wait, driver.Await(node).Kind);
        driver.Machine.ProposeRun(progress.Run!, Bytes("result"));
        var proposal = driver.SingleOutput();
        Assert.Equal((MessageType.ProposeRunCompletion, 1UL, "result", (ushort)0), (proposal.Type, proposal.Number(1), proposal.Text(14), proposal.Flags));
        Assert.Equal(ProgressKind.Wait, driver.Await(node).Kind);

        driver.Feed(Wire.RunDone(1, "result"));
        Assert.Equal("result", driver.Value(node));
    }

    [Fact]
    public void In_V7_the_result_is_acknowledged()
    {
        using var driver = Started(ProtocolVersion.V7);
        (var _, var node) = driver.Machine.Run("step");
        var progress = driver.Await(node);
        driver.Output();
        driver.Machine.ProposeRun(progress.Run!, Bytes("result"));
        Assert.Equal(0x8000, driver.SingleOutput().Flags);
        driver.Feed(Wire.RunAck(1));
        Assert.Equal("result", driver.Value(node));
    }

    [Fact]
    public void A_result_in_the_journal_is_not_made_again()
    {
        using var driver = Started(Wire.Run("step", 1), Wire.RunDone(1, "earlier"));
        Assert.Equal("earlier", driver.Value(driver.Machine.Run("step").Node));
    }

    [Fact]
    public void A_run_without_result_in_the_journal_executes_again()
    {
        using var driver = Started(Wire.Run("step", 1));
        Assert.Equal(ProgressKind.ExecuteRun, driver.Await(driver.Machine.Run("step").Node).Kind);
    }

    [Fact]
    public void A_terminal_failure_is_a_result()
    {
        using var driver = Started();
        (var _, var node) = driver.Machine.Run("step");
        var progress = driver.Await(node);
        driver.Output();
        driver.Machine.ProposeRun(progress.Run!, new Failure(404, "no", EmptyMap.Strings));
        var failure = driver.SingleOutput().Message(15);
        Assert.Equal((404UL, "no"), (failure.Number(1), failure.Text(2)));
    }

    [Fact]
    public void An_attempt_waits_for_a_run_even_when_the_input_has_ended()
    {
        using var driver = Started();
        (var _, var node) = driver.Machine.Run("step");
        driver.Machine.CloseInput();
        var progress = driver.Await(node);
        Assert.Equal(ProgressKind.ExecuteRun, progress.Kind);
        Assert.Equal(ProgressKind.Wait, driver.Await(node).Kind);
        driver.Machine.ProposeRun(progress.Run!, Bytes("result"));
        Assert.Equal(ProgressKind.Closed, driver.Await(node).Kind);
        Assert.Equal(
            [MessageType.RunCommand, MessageType.ProposeRunCompletion, MessageType.Suspension],
            driver.Output().Select(frame => frame.Type));
    }

    [Fact]
    public void Runs_that_are_awaited_together_execute_together()
    {
        using var driver = Started();
        AwaitNode first = driver.Machine.Run("a").Node, second = driver.Machine.Run("b").Node;
        var both = new AwaitNode(Combinator.AllCompleted, first, second);
        Assert.Equal(1U, driver.Await(both).Run!.CompletionId);
        Assert.Equal(2U, driver.Await(both).Run!.CompletionId);
        Assert.Equal(ProgressKind.Wait, driver.Await(both).Kind);
    }

    [Fact]
    public void A_failing_run_is_retried_by_the_servers_policy_when_it_has_none()
    {
        var error = FailingRun(null).ErrorOutput();
        Assert.Equal((500UL, "boom"), (error.Number(1), error.Text(2)));
        Assert.False(error.Has(8));
        Assert.Equal((1UL, "step", (ulong)MessageType.RunCommand), (error.Number(4), error.Text(5), error.Number(6)));
    }

    [Fact]
    public void A_failing_run_waits_longer_with_each_attempt()
    {
        var options = new RunOptions
        {
            InitialRetryInterval = TimeSpan.FromMilliseconds(100),
            RetryIntervalFactor = 3,
            MaxRetryInterval = TimeSpan.FromSeconds(1),
        };
        Assert.Equal(100UL, FailingRun(options).ErrorOutput().Number(8));
        Assert.Equal(300UL, FailingRun(options, retries: 1).ErrorOutput().Number(8));
        Assert.Equal(1000UL, FailingRun(options, retries: 5).ErrorOutput().Number(8));
    }

    [Fact]
    public void A_failing_run_that_does_not_pause_never_does()
    {
        var error = FailingRun(new RunOptions { InitialRetryInterval = TimeSpan.Zero }, retries: 2000).ErrorOutput();
        Assert.Equal((true, 0UL), (error.Has(8), error.Number(8)));
    }

    [Fact]
    public void A_failing_run_gives_up_after_its_attempts()
    {
        var options = new RunOptions { MaxAttempts = 3 };
        Assert.Equal(MessageType.Error, FailingRun(options, retries: 1).Output()[^1].Type);
        var proposal = FailingRun(options, retries: 2).Output()[^1];
        Assert.Equal((MessageType.ProposeRunCompletion, "boom"), (proposal.Type, proposal.Message(15).Text(2)));
    }

    [Fact]
    public void A_failing_run_gives_up_after_its_time()
    {
        var options = new RunOptions { MaxDuration = TimeSpan.FromSeconds(10) };
        Assert.Equal(MessageType.Error, FailingRun(options, retries: 1, elapsed: 8_000).Output()[^1].Type);
        Assert.Equal(MessageType.ProposeRunCompletion, FailingRun(options, retries: 1, elapsed: 9_000).Output()[^1].Type);
    }

    [Fact]
    public void A_failing_run_may_pause_its_invocation()
    {
        var options = new RunOptions
        {
            MaxAttempts = 2,
            InitialRetryInterval = TimeSpan.FromSeconds(1),
            OnMaxAttempts = OnMaxAttempts.Pause,
        };
        var retried = FailingRun(options, version: ProtocolVersion.V7).ErrorOutput();
        Assert.Equal((1000UL, false), (retried.Number(8), retried.Has(9)));
        var paused = FailingRun(options, retries: 1, version: ProtocolVersion.V7).ErrorOutput();
        Assert.Equal((500UL, "boom", false, 1UL), (paused.Number(1), paused.Text(2), paused.Has(8), paused.Number(9)));
    }

    [Fact]
    public void Before_V7_the_invocations_policy_takes_over_from_a_run_that_would_pause()
    {
        var options = new RunOptions { MaxAttempts = 1, OnMaxAttempts = OnMaxAttempts.Pause };
        var error = FailingRun(options).ErrorOutput();
        Assert.Equal((500UL, false, false), (error.Number(1), error.Has(8), error.Has(9)));
    }

    [Fact]
    public void A_failing_run_may_choose_the_pause()
    {
        using var driver = new MachineDriver();
        driver.Feed(Wire.Start(1), Wire.Input(""));
        driver.Machine.TakeInput();
        var progress = driver.Await(driver.Machine.Run("step").Node);
        var exception = new RetryableException("later") { RetryAfter = TimeSpan.FromSeconds(7) };
        driver.Machine.FailRun(progress.Run!, exception, TimeSpan.Zero, new RunOptions { InitialRetryInterval = TimeSpan.FromSeconds(1) });
        Assert.Equal(7000UL, driver.ErrorOutput().Number(8));
    }

    [Fact]
    public void Attempts_of_an_earlier_run_do_not_count()
    {
        using var driver = new MachineDriver();
        driver.Feed(Wire.Start(1, retries: 5), Wire.Input(""));
        driver.Machine.TakeInput();
        var progress = driver.Await(driver.Machine.Run("new").Node);
        driver.Machine.FailRun(progress.Run!, new InvalidOperationException("boom"), TimeSpan.Zero, new RunOptions { MaxAttempts = 2 });
        Assert.Equal(500UL, driver.ErrorOutput().Number(1));
    }

    /// <summary>A run that is in the journal, fails again after a second, and was retried before.</summary>
    private static MachineDriver FailingRun(
        RunOptions? options,
        uint retries = 0,
        ulong elapsed = 0,
        ProtocolVersion version = ProtocolVersion.V6)
    {
        var driver = new MachineDriver(version);
        driver.Feed(Wire.Start(2, retries: retries, retryMilliseconds: elapsed), Wire.Input(""), Wire.Run("step", 1));
        driver.Machine.TakeInput();
        var progress = driver.Await(driver.Machine.Run("step").Node);
        driver.Machine.FailRun(progress.Run!, new InvalidOperationException("boom"), TimeSpan.FromSeconds(1), options);
        return driver;
    }
}
