namespace Interop;

/// <summary>clients/node: @grpc/grpc-js and the proto, nothing generated.</summary>
public class NodeClientTests(QuickstartProcess quickstart) : IClassFixture<QuickstartProcess>
{
    [Fact]
    public async Task Runs_the_whole_flow()
    {
        var output = await ChildProcess.RunAsync(
            "node", [Path.Combine(QuickstartProcess.Root, "clients", "node", "auth.js"), $"node-{Guid.NewGuid():N}", $"localhost:{quickstart.GrpcPort}"]);

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(5, lines.Length);
        Assert.Equal("created      STATUS_ACTIVE revision 1 AUTH_STATE_IDLE", lines[0]);
        Assert.Equal("sent AUTH    STATUS_ACTIVE revision 2 AUTH_STATE_AUTHORIZING", lines[1]);
        Assert.Equal("meanwhile    STATUS_ACTIVE revision 2 AUTH_STATE_AUTHORIZING", lines[2]);
        Assert.StartsWith("waiting      resume with ", lines[3], StringComparison.Ordinal);
        Assert.Equal("authorized   STATUS_DONE revision 4 AUTH_STATE_AUTHORIZED", lines[4]);
    }
}
