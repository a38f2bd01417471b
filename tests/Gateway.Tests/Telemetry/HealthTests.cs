using System.Net;
using System.Net.Sockets;
using Auth.V1;
using Gateway.Tests.Support;

namespace Gateway.Tests.Telemetry;

public class HealthTests
{
    [Fact]
    public async Task A_gateway_is_ready_while_its_ingress_answers_and_alive_in_any_case()
    {
        await using var restate = await FakeRestate.StartAsync();
        restate.Publish("auth", AuthReflection.Descriptor);
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        await AssertAsync(HttpStatusCode.OK, "SERVING");

        restate.IsDown = true;
        await BecomesAsync(HttpStatusCode.ServiceUnavailable);
        await AssertAsync(HttpStatusCode.ServiceUnavailable, "NOT_SERVING");
        Assert.Equal("Unhealthy\nNo address of Restate's ingress is well.", await TextAsync());

        restate.IsDown = false;
        await BecomesAsync(HttpStatusCode.OK);
        await AssertAsync(HttpStatusCode.OK, "SERVING");

        async Task AssertAsync(HttpStatusCode ready, string status)
        {
            Assert.Equal(HttpStatusCode.OK, await gateway.StatusOfAsync("/healthz"));
            Assert.Equal(ready, await gateway.StatusOfAsync("/readyz"));
            await Eventually.BecomesTrueAsync(async () => await GrpcStatusAsync() == status, () => $"{status} over gRPC");
        }

        async Task<string?> GrpcStatusAsync() => (await gateway.CallAsync("grpc.health.v1.Health/Check", "{}")).GetProperty("status").GetString();

        Task BecomesAsync(HttpStatusCode ready) =>
            Eventually.BecomesTrueAsync(async () => await gateway.StatusOfAsync("/readyz") == ready, () => $"{ready}");

        async Task<string> TextAsync()
        {
            using var response = await gateway.Http.GetAsync(new Uri("/readyz", UriKind.Relative));
            return await response.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task A_gateway_that_has_never_heard_of_its_machines_is_not_ready()
    {
        await using var restate = await FakeRestate.StartAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate, options => options.Admin = restate.Ingress);
        Assert.Equal(HttpStatusCode.OK, await gateway.StatusOfAsync("/healthz"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await gateway.StatusOfAsync("/readyz"));
    }

    [Fact]
    public async Task A_gateway_starts_although_the_admin_API_never_answers()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var restate = await FakeRestate.StartAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate, options => options.Admin = new Uri($"http://{silent.LocalEndpoint}"))
            .WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.OK, await gateway.StatusOfAsync("/healthz"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await gateway.StatusOfAsync("/readyz"));
    }
}
