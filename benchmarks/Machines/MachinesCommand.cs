namespace Machines.Benchmarks;

/// <summary>Our machines, @restatedev/xstate's and a bare handler; and waits on ours by the handler that the peer has, too.</summary>
internal static class MachinesCommand
{
    public static async Task RunAsync(TimeSpan turn)
    {
        await using var ours = await EndpointProcess.StartAsync(MachinesEndpoint.Command);
        await using var theirs = await EndpointProcess.StartPeerAsync();
        await using var least = await EndpointProcess.StartAsync(BareEndpoint.Command);
        await using var server = await BenchmarkServer.StartAsync([ours, theirs, least]);
        await Workload.CreateAsync(server.Ingress, "counter");
        await Workload.CreateAsync(server.Ingress, "peer-counter");
        await new Comparison(server.ProcessId, turn,
        [
            Workload.Candidate("ours", server.Ingress, ours, "counter", "door") with { Wait = number => Workload.SendAndWaitAsync(server.Ingress, "door", number) },
            Workload.Candidate("xstate", server.Ingress, theirs, "peer-counter", "peer-door"),
            Workload.Candidate("bare", server.Ingress, least, BareEndpoint.Object, door: null),
            new Candidate("waitFor", ours.Id, Send: null, number => Workload.WaitAsync(server.Ingress, "door", number)),
        ]).RunAsync();
    }
}
