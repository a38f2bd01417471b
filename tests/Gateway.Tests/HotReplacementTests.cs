using System.Security.Cryptography;
using Auth.V1;
using Gateway.Security;
using Gateway.Tests.Security;
using Gateway.Tests.Support;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orders.V1;
using Rpc;

namespace Gateway.Tests;

/// <summary>Machines that come, change and go while the gateway runs.</summary>
public class HotReplacementTests
{
    private const string Event = """{"key":"k","event":{"auth":{}}}""";
    private const string OrderEvent = """{"key":"k","event":{"submit":{}}}""";

    [Fact]
    public async Task A_machine_is_served_and_healthy_once_it_is_registered_and_unimplemented_once_it_is_gone()
    {
        await using var restate = await FakeRestate.StartAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate);
        Assert.Equal("unimplemented", await gateway.CodeOfAsync("auth.v1.AuthService/Send", Event));
        Assert.Equal("not_found", await HealthAsync());

        restate.Publish("auth", AuthReflection.Descriptor);
        await Eventually.BecomesTrueAsync(async () => await gateway.CodeOfAsync("auth.v1.AuthService/Send", Event) is null, () => "the machine to be served");
        await HealthBecomesAsync("SERVING");
        Assert.Contains("auth.v1.AuthService", await ReflectedAsync(gateway));

        restate.Publish("order", OrdersReflection.Descriptor);
        Assert.True(restate.Published.TryRemove("auth", out _));
        await Eventually.BecomesTrueAsync(
            async () => await gateway.CodeOfAsync("auth.v1.AuthService/Send", Event) == "unimplemented", () => "the machine to be gone");
        await HealthBecomesAsync("not_found");
        var reflected = await ReflectedAsync(gateway);
        Assert.DoesNotContain("auth.v1.AuthService", reflected);
        Assert.Contains("orders.v1.OrderService", reflected);

        Task HealthBecomesAsync(string status) => Eventually.BecomesTrueAsync(async () => await HealthAsync() == status, () => status);

        async Task<string?> HealthAsync()
        {
            var answer = await gateway.CallAsync("grpc.health.v1.Health/Check", """{"service":"auth.v1.AuthService"}""");
            return answer.TryGetProperty("status", out var status) ? status.GetString() : answer.GetProperty("code").GetString();
        }
    }

    [Fact]
    public async Task Before_restate_has_said_which_machines_there_are_nobody_is_told_that_one_is_not_served()
    {
        await using var restate = await FakeRestate.StartAsync();
        await using var gateway = await GatewayTestServer.StartAsync(restate, options =>
        {
            options.Admin = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
            options.Authentication.ApiKeys.Add(new ApiKeyOptions { Name = "shop", Sha256 = Convert.ToHexStringLower(SHA256.HashData("secret"u8)) });
        });
        Assert.Equal("unauthenticated", await gateway.CodeOfAsync("auth.v1.AuthService/Send", Event));
        var answer = await gateway.CallAsync("auth.v1.AuthService/Send", Event, ("x-api-key", "secret"));
        Assert.Equal("unavailable", answer.GetProperty("code").GetString());
        Assert.Equal("RESTATE_UNAVAILABLE", answer.GetProperty("details")[0].GetProperty("debug").GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("an extension of nothing")]
    [InlineData("a map without keys")]
    public async Task A_machine_whose_descriptors_make_no_sense_keeps_no_other_from_being_served(string nonsense)
    {
        using var log = new LogSink();
        await using var restate = await FakeRestate.StartWithAuthAsync();
        var set = Orders.SetOf(OrdersReflection.Descriptor);
        if (nonsense == "an extension of nothing")
            set.File[0].Extension.Add(new FieldDescriptorProto { Name = "of_nothing", Number = 1, Label = FieldDescriptorProto.Types.Label.Optional, Type = FieldDescriptorProto.Types.Type.String });
        else
            set.File.SelectMany(file => file.MessageType).SelectMany(type => type.NestedType).First(type => type.Options?.MapEntry == true).Field.RemoveAt(0);
        restate.Publish("order", set);
        await using var gateway = await GatewayTestServer.StartAsync(
            restate, services: services => services.AddLogging(logging => logging.AddProvider(log)));
        Assert.Null(await gateway.CodeOfAsync("auth.v1.AuthService/Send", Event));
        Assert.Contains("The descriptors that order publishes cannot be read: the descriptor set cannot be linked: ", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_under_way_ends_on_the_revision_it_began_on_and_what_breaks_clients_is_logged()
    {
        using var log = new LogSink();
        var answer = new TaskCompletionSource();
        await using var restate = await FakeRestate.StartAsync();
        restate.Publish("auth", AuthReflection.Descriptor);
        restate.OnCall = async http =>
        {
            await answer.Task;
            await http.Response.WriteAsync(FakeRestate.Snapshot.Replace("{}", """{"token":"t"}""", StringComparison.Ordinal));
        };
        await using var gateway = await GatewayTestServer.StartAsync(
            restate, services: services => services.AddLogging(logging => logging.AddProvider(log)));
        var call = gateway.CallAsync("auth.v1.AuthService/Send", Event);
        await Eventually.BecomesTrueAsync(() => !restate.Calls.IsEmpty, () => "the call to be under way");

        var next = Orders.SetOf(AuthReflection.Descriptor);
        next.File[0].Service[0].Method.Remove(next.File[0].Service[0].Method.Single(method => method.Name == "Send"));
        next.File[0].MessageType.Single(message => message.Name == "AuthContext").Field[0].Number = 2;
        restate.Publish("auth", next);
        await Eventually.BecomesTrueAsync(
            async () => await gateway.CodeOfAsync("auth.v1.AuthService/Send", "{}") == "unimplemented", () => "the new revision to be served");

        answer.SetResult();
        Assert.Equal("t", (await call).GetProperty("context").GetProperty("token").GetString());
        Assert.Contains("breaks clients of the one before: auth.v1.AuthService.Send: is gone", log.Text, StringComparison.Ordinal);
        Assert.Contains("breaks clients of the one before: auth.v1.AuthContext.token: is gone, and its number 1 is not reserved", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_breaks_clients_is_logged_also_of_a_machine_that_was_gone_meanwhile()
    {
        using var log = new LogSink();
        await using var restate = await FakeRestate.StartAsync();
        restate.Publish("auth", AuthReflection.Descriptor);
        await using var gateway = await GatewayTestServer.StartAsync(
            restate, services: services => services.AddLogging(logging => logging.AddProvider(log)));
        Assert.True(restate.Published.TryRemove("auth", out _));
        await Eventually.BecomesTrueAsync(
            async () => await gateway.CodeOfAsync("auth.v1.AuthService/Send", Event) == "unimplemented", () => "the machine to be gone");

        var next = Orders.SetOf(AuthReflection.Descriptor);
        next.File[0].MessageType.Single(message => message.Name == "AuthContext").Field[0].Number = 2;
        restate.Publish("auth", next);
        await Eventually.BecomesTrueAsync(async () => await gateway.CodeOfAsync("auth.v1.AuthService/Send", Event) is null, () => "the machine to be back");
        Assert.Contains("breaks clients of the one before: auth.v1.AuthContext.token: is gone, and its number 1 is not reserved", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_descriptor_file_is_read_again_when_it_changes_and_a_broken_one_leaves_the_last_good_one_in_use()
    {
        using var log = new LogSink();
        using var file = new TemporaryFile(Orders.SetOf(AuthReflection.Descriptor).ToByteArray());
        await using var restate = await FakeRestate.StartAsync();
        await using var gateway = await GatewayTestServer.StartAsync(
            restate, options => options.Descriptors.Add(file.Path), services => services.AddLogging(logging => logging.AddProvider(log)));
        Assert.Null(await gateway.CodeOfAsync("auth.v1.AuthService/Send", Event));

        Replace("not a descriptor set"u8.ToArray());
        await Eventually.BecomesTrueAsync(() => Complaints() > 0, () => "the broken file to be logged");
        var polls = restate.Polls;
        await Eventually.BecomesTrueAsync(() => restate.Polls > polls + 3, () => "further polls");
        Assert.Equal(1, Complaints());
        Assert.Null(await gateway.CodeOfAsync("auth.v1.AuthService/Send", Event));

        Replace(Orders.SetOf(OrdersReflection.Descriptor).ToByteArray());
        await Eventually.BecomesTrueAsync(
            async () => await gateway.CodeOfAsync("orders.v1.OrderService/Send", OrderEvent) is null, () => "the new file to be served");
        Assert.Equal("unimplemented", await gateway.CodeOfAsync("auth.v1.AuthService/Send", Event));

        int Complaints() => log.Entries.Count(entry => entry.Contains($"{file.Path} have changed and cannot be used", StringComparison.Ordinal));

        void Replace(byte[] content)
        {
            using var next = new TemporaryFile(content);
            File.Move(next.Path, file.Path, overwrite: true);
        }
    }

    [Fact]
    public async Task A_machine_that_takes_the_name_of_one_of_the_gateways_services_is_reported_and_the_others_are_served()
    {
        using var log = new LogSink();
        await using var restate = await FakeRestate.StartAsync();
        await using var gateway = await GatewayTestServer.StartAsync(
            restate, services: services => services.AddLogging(logging => logging.AddProvider(log)));
        var intruder = Orders.SetOf(AuthReflection.Descriptor);
        intruder.File[0].Package = "grpc.health.v1";
        intruder.File[0].Name = "intruder.proto";
        intruder.File[0].MessageType.Clear();
        intruder.File[0].EnumType.Clear();
        intruder.File[0].Service.Single().Method.Clear();
        intruder.File[0].Service.Single().Name = "Health";
        restate.Publish("auth", intruder);
        restate.Publish("order", OrdersReflection.Descriptor);
        await Eventually.BecomesTrueAsync(
            async () => await gateway.CodeOfAsync("orders.v1.OrderService/Send", OrderEvent) is null, () => "the other machine to be served");
        Assert.Contains("Not served: intruder.proto: grpc.health.v1.Health: is a name of the gateway's own", log.Text, StringComparison.Ordinal);
        Assert.Equal("SERVING", (await gateway.CallAsync("grpc.health.v1.Health/Check", "{}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task An_rpc_that_does_not_fit_is_logged_with_the_mend_and_the_others_are_served()
    {
        using var log = new LogSink();
        await using var restate = await FakeRestate.StartAsync();
        restate.Publish("order", OrdersReflection.Descriptor);
        await using var gateway = await GatewayTestServer.StartAsync(
            restate, services: services => services.AddLogging(logging => logging.AddProvider(log)));
        Assert.Contains(
            "Not served: orders.proto: orders.v1.BrokenService.Create: orders.v1.NoKey needs a field 'string key'", log.Text, StringComparison.Ordinal);
        Assert.Equal("unimplemented", await gateway.CodeOfAsync("orders.v1.BrokenService/Create", "{}"));
        Assert.Null(await gateway.CodeOfAsync("orders.v1.BrokenService/Dispose", """{"key":"k"}"""));
    }

    [Fact]
    public async Task What_could_not_be_served_is_tried_again()
    {
        var isBroken = true;
        using var log = new LogSink();
        await using var restate = await FakeRestate.StartAsync();
        await using var gateway = await GatewayTestServer.StartAsync(
            restate, services: services => services.AddLogging(logging => logging.AddProvider(log)));
        gateway.Services.GetRequiredService<RpcServiceRegistry>().Changed += (_, _) =>
        {
            if (Volatile.Read(ref isBroken))
                throw new InvalidOperationException("a fault");
        };
        restate.Publish("auth", AuthReflection.Descriptor);
        await Eventually.BecomesTrueAsync(() => log.Text.Contains("cannot be served", StringComparison.Ordinal), () => "the fault to be logged");
        Assert.Contains("a fault", log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot be asked", log.Text, StringComparison.Ordinal);

        Volatile.Write(ref isBroken, false);
        await Eventually.BecomesTrueAsync(
            () => log.Text.Contains("Serving 1 machine services: auth.v1.AuthService", StringComparison.Ordinal), () => "the machine to be served");
    }

    private static async Task<List<string?>> ReflectedAsync(GatewayTestServer gateway)
    {
        await foreach (var answer in gateway.StreamAsync("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", """{"listServices":""}"""))
            return [.. answer.GetProperty("listServicesResponse").GetProperty("service").EnumerateArray().Select(service => service.GetProperty("name").GetString())];
        return [];
    }
}
