using System.IO.Pipelines;
using Restate.Sdk.Hosting;
using Restate.Sdk.Protocol;
using Restate.Sdk.Tests.Protocol;

namespace Restate.Sdk.Tests.Hosting;

/// <summary>One attempt between two pipes.</summary>
public class InvocationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Pipe _request = new();
    private readonly Pipe _response = new();

    [Fact]
    public void The_token_of_an_attempt_stays_cancelled_when_all_is_over()
    {
        var invocation = Create();
        var token = invocation.Ended;
        Assert.False(token.IsCancellationRequested);
        invocation.Dispose();
        Assert.True(token.IsCancellationRequested);
        Assert.True(invocation.Ended.IsCancellationRequested);
    }

    [Fact]
    public async Task An_exception_that_cannot_be_read_fails_its_attempt()
    {
        using var invocation = Create();
        var error = await FailAsync(invocation, (_, _) => throw new UnreadableException());
        Assert.Contains(nameof(UnreadableException), error.Text(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_of_a_run_that_cannot_be_read_fails_its_attempt()
    {
        using var invocation = Create();
        var error = await FailAsync(invocation, async (_, _) =>
        {
            var node = invocation.Run("step", new RunBody(_ => throw new UnreadableException(), null));
            await new LeafFuture<bool>(invocation, node, _ => true);
            return default;
        });
        Assert.Contains(nameof(UnreadableException), error.Text(2), StringComparison.Ordinal);
    }

    private Invocation Create() => new(
        new InvocationMachine(ProtocolVersion.V6, MachineOptions.Default),
        _request.Reader,
        _response.Writer,
        CancellationToken.None,
        CancellationToken.None);

    private async Task<Frame> FailAsync(Invocation invocation, RawHandler handler)
    {
        await _request.Writer.WriteAsync((byte[])[.. Wire.Start(1), .. Wire.Input("")]);
        Assert.True(await invocation.ReadJournalAsync());
        Assert.True(invocation.TryTakeInput(out var _));
        await invocation.RunAsync(handler, null!, default).WaitAsync(Patience);
        var error = Frame.DecodeAll(invocation.Machine.Output.Span)[^1];
        Assert.Equal(MessageType.Error, error.Type);
        return error;
    }

    private sealed class UnreadableException : Exception
    {
        public override string Message => throw new InvalidOperationException("It has no message.");

        public override string ToString() => throw new InvalidOperationException("It has no text.");
    }
}
