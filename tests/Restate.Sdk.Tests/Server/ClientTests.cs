using System.Text;
using System.Text.Json;
using Restate.Sdk.Client;

namespace Restate.Sdk.Tests.Server;

/// <summary>The clients against the real server.</summary>
public sealed class ClientTests(StreamingFixture restate) : IClassFixture<StreamingFixture>
{
    [Theory]
    [InlineData("plain")]
    [InlineData("with/slash")]
    [InlineData("//")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("a.b")]
    [InlineData("%2F%")]
    [InlineData("a b+c?d#e&f=g;h:i@j")]
    [InlineData("ünïcödé 漢字")]
    [InlineData("🚀👩‍👩‍👧")]
    [InlineData("send")]
    [InlineData("line\nbreak\ttab\"quote'\\")]
    public async Task Keys_come_through_unchanged(string key)
    {
        var response = await restate.Ingress.CallAsync(Target.Object("Echo", key, "key"), default);
        Assert.Equal(key, JsonSerializer.Deserialize<string>(response.Body.Span));
        Assert.Equal("application/json", response.ContentType);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(70_000)]
    [InlineData(8_000_000)]
    public async Task Bodies_of_any_size_come_through_unchanged(int size)
    {
        var body = new byte[size];
        new Random(1).NextBytes(body);
        var response = await restate.Ingress.CallAsync(
            Target.Object("Echo", "k", "bytes"), body, new IngressCallOptions { ContentType = "application/octet-stream" });
        Assert.True(body.AsSpan().SequenceEqual(response.Body.Span));
    }

    [Fact]
    public async Task An_idempotency_key_makes_a_call_happen_once()
    {
        var key = $"k{Guid.NewGuid():n}";
        var options = new IngressCallOptions { IdempotencyKey = "any-thing.else_~" };
        var add = Target.Object("Counter", key, "add");
        Assert.Equal(1, await restate.Ingress.CallAsync<long, long>(add, 1, options));
        Assert.Equal(1, await restate.Ingress.CallAsync<long, long>(add, 1, options));
        var receipt = await restate.Ingress.SendAsync(add, "1"u8.ToArray(), options);
        Assert.True(receipt.PreviouslyAccepted);
        Assert.Equal("1", Text(await restate.Ingress.AttachAsync(add, options.IdempotencyKey)));
        Assert.Equal("1", Text((await restate.Ingress.OutputAsync(add, options.IdempotencyKey))!));
        Assert.Equal("1", Text((await restate.Ingress.OutputAsync(receipt.InvocationId))!));
        await Assert.ThrowsAsync<ArgumentException>(() => restate.Ingress.AttachAsync(add, "with/slash"));
    }

    [Fact]
    public async Task The_output_of_a_running_invocation_is_null()
    {
        var receipt = await restate.Ingress.SendAsync(Target.ForService("Steps", "waitForSignal"), "\"\""u8.ToArray());
        Assert.False(receipt.PreviouslyAccepted);
        Assert.Null(await restate.Ingress.OutputAsync(receipt.InvocationId));
        await restate.Admin.KillAsync(receipt.InvocationId);
    }

    [Fact]
    public async Task A_send_may_be_delayed()
    {
        var key = $"k{Guid.NewGuid():n}";
        var receipt = await restate.Ingress.SendAsync(
            Target.Object("Counter", key, "add"), "4"u8.ToArray(), new IngressCallOptions { Delay = TimeSpan.FromMilliseconds(50) });
        Assert.Equal("4", Text(await restate.Ingress.AttachAsync(receipt.InvocationId)));
    }

    [Fact]
    public async Task Sends_and_their_answers_may_be_typed()
    {
        var receipt = await restate.Ingress.SendAsync(Target.Object("Counter", $"k{Guid.NewGuid():n}", "add"), 6L, Serde.Json<long>());
        Assert.Equal(6, await restate.Ingress.AttachAsync<long>(receipt.InvocationId));
    }

    [Fact]
    public async Task An_unknown_service_is_the_ingress_404()
    {
        var exception = await Assert.ThrowsAsync<IngressException>(
            () => restate.Ingress.CallAsync(Target.ForService("Nobody", "home"), default));
        Assert.Equal((404, "ingress", false), (exception.StatusCode, exception.Source, exception.IsRetryable));
        Assert.Contains("Nobody", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_server_is_a_retryable_exception_without_status()
    {
        using var client = new IngressClient(new IngressOptions { Address = new Uri("http://127.0.0.1:1") });
        var exception = await Assert.ThrowsAsync<IngressException>(
            () => client.CallAsync(Target.ForService("Any", "thing"), default));
        Assert.Equal((0, null, true), (exception.StatusCode, exception.Source, exception.IsRetryable));
        Assert.False(await client.IsHealthyAsync());
    }

    [Fact]
    public async Task Services_are_listed_with_what_they_published()
    {
        var services = await restate.Admin.ListServicesAsync();
        Assert.Equal(TestServices.All.Select(service => service.Name).Order(), services.Select(service => service.Name).Order());

        var store = services.Single(service => service.Name == "Store");
        Assert.Equal(("VirtualObject", "Reads and writes.", "tests", true), (store.Type, store.Documentation, store.Metadata["team"], store.IsPublic));
        Assert.True(store.Revision >= 1);

        var steps = (await restate.Admin.GetServiceAsync("Steps"))!;
        Assert.Equal("Service", steps.Type);
        Assert.False(steps.Handlers.Single(handler => handler.Name == "hidden").IsPublic);
        Assert.True(steps.Handlers.Single(handler => handler.Name == "fail").IsPublic);
        Assert.Equal("Shared", (await restate.Admin.GetServiceAsync("Counter"))!.Handlers.Single(handler => handler.Name == "get").Type);
        Assert.Null(await restate.Admin.GetServiceAsync("Nobody"));
    }

    [Fact]
    public async Task Deployments_are_listed()
    {
        var deployment = Assert.Single(await restate.Admin.ListDeploymentsAsync());
        Assert.Equal((5, 7), (deployment.MinProtocolVersion, deployment.MaxProtocolVersion));
        Assert.Contains("Counter", deployment.Services.Keys);
        Assert.Equal("http", deployment.Uri!.Scheme);
    }

    [Fact]
    public async Task A_deployment_that_is_not_there_cannot_be_removed()
    {
        var exception = await Assert.ThrowsAsync<AdminException>(() => restate.Admin.RemoveDeploymentAsync("dp_11pXug0mWsff2NOoRBZbOcV"));
        Assert.Equal(404, exception.StatusCode);
        Assert.Contains("dp_11pXug0mWsff2NOoRBZbOcV", exception.Message, StringComparison.Ordinal);
        Assert.Single(await restate.Admin.ListDeploymentsAsync());
    }

    [Fact]
    public async Task Queries_return_rows()
    {
        var key = $"k{Guid.NewGuid():n}";
        await restate.Ingress.CallAsync<long, long>(Target.Object("Counter", key, "add"), 3);
        var row = Assert.Single(await restate.Admin.QueryAsync(
            $"select key, value_utf8 from state where service_name = 'Counter' and service_key = '{key}'"));
        Assert.Equal(("count", "3"), (row.GetProperty("key").GetString(), row.GetProperty("value_utf8").GetString()));

        var exception = await Assert.ThrowsAsync<AdminException>(() => restate.Admin.QueryAsync("select nothing"));
        Assert.Contains("nothing", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_is_not_there_cannot_be_registered()
    {
        var exception = await Assert.ThrowsAsync<AdminException>(
            () => restate.Admin.RegisterDeploymentAsync(new Uri("http://127.0.0.1:1")));
        Assert.NotEqual(0, exception.StatusCode);
    }

    private static string Text(IngressResponse response) => Encoding.UTF8.GetString(response.Body.Span);
}
