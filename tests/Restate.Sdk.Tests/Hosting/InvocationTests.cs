using System.IO.Pipelines;
using Restate.Sdk.Hosting;
using Restate.Sdk.Protocol;

namespace Restate.Sdk.Tests.Hosting;

/// <summary>One attempt between two pipes.</summary>
public class InvocationTests
{
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

    private Invocation Create() => new(
        new InvocationMachine(ProtocolVersion.V6, MachineOptions.Default),
        _request.Reader,
        _response.Writer,
        CancellationToken.None,
        CancellationToken.None);
}
