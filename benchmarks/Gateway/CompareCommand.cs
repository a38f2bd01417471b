using Machines.Benchmarks;

namespace Gateway.Benchmarks;

/// <summary>
/// Our machines through the gateway, against the peer's and our own without one, against the least that a gateway can be, and against the gateway as it
/// is when nobody tells Linux how to schedule it.
/// </summary>
internal static class CompareCommand
{
    public static async Task RunAsync(TimeSpan turn)
    {
        await using var ours = await EndpointProcess.StartAsync(MachinesEndpoint.Command);
        await using var theirs = await EndpointProcess.StartPeerAsync();
        await using var server = await BenchmarkServer.StartAsync([ours, theirs]);
        await Workload.CreateAsync(server.Ingress, "counter");
        await Workload.CreateAsync(server.Ingress, "peer-counter");
        await using var gateway = await GatewayProcess.StartAsync(server);
        await using var plain = await GatewayProcess.StartAsync(server, EndpointProcess.OneProcessor);
        await using var hop = await EndpointProcess.StartGatewayAsync(HopGateway.Command, server.IngressAddress.ToString());
        using var client = new GrpcClient(gateway.Address);
        using var plainClient = new GrpcClient(plain.Address);
        using var hopClient = new GrpcClient(hop.Address);
        var typed = new TypedCalls(client);
        await new Comparison(server.ProcessId, turn,
        [
            new Candidate("gateway", ours.Id, typed.SendAsync, typed.WaitAsync, gateway.Id),
            new Candidate("plain", ours.Id, new TypedCalls(plainClient).SendAsync, Gateway: plain.Id),
            Workload.Candidate("xstate", server.Ingress, theirs, "peer-counter", "peer-door"),
            Workload.Candidate("direct", server.Ingress, ours, "counter", "door") with { Wait = number => Workload.SendAndWaitAsync(server.Ingress, "door", number) },
            new Candidate("hop", ours.Id, new TypedCalls(hopClient).SendAsync, Gateway: hop.Id),
        ]).RunAsync();
    }
}
