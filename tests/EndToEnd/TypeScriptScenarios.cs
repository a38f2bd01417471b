using System.Text.Json;
using Auth.V1;
using Counter.V1;
using Google.Protobuf.WellKnownTypes;
using Machines.V1;
using Rpc;
using CreateRequest = Auth.V1.CreateRequest;
using GetSnapshotRequest = Auth.V1.GetSnapshotRequest;
using SendRequest = Auth.V1.SendRequest;
using Status = Machines.V1.Status;
using WaitForRequest = Auth.V1.WaitForRequest;
using WaitForResponse = Auth.V1.WaitForResponse;

namespace EndToEnd;

/// <summary>The gateway in front of machines of @restatedev/xstate, which know nothing of it: typed, and through the generic service.</summary>
public abstract class TypeScriptScenarios(TypeScriptCluster cluster)
{
    private readonly string _key = $"typescript-{Guid.NewGuid():N}";

    [Fact]
    public async Task The_auth_machine_runs_from_create_to_done()
    {
        var created = await cluster.Auth.CallAsync<AuthSnapshot>("Create", new CreateRequest { Key = _key });
        var info = new SnapshotInfo { Key = _key, Status = Status.Active, States = { "idle" }, Value = Value.ForString("idle") };
        Assert.Equal(new AuthSnapshot { Info = info, Context = new AuthContext(), States = { AuthState.Idle } }, created);

        var sent = await cluster.Auth.CallAsync<AuthSnapshot>("Send", new SendRequest { Key = _key, Event = new AuthEvent { Auth = new Auth.V1.Auth() } });
        Assert.Equal([AuthState.Authorizing], sent.States);

        var answers = await WaitForAsync(new Condition { Done = true });
        Assert.NotEmpty(answers[0].Started.IdempotencyKey);
        Assert.Equal((Status.Done, AuthState.Authorized), (answers[^1].Matched.Info.Status, answers[^1].Matched.States.Single()));
        Assert.Equal(answers[^1].Matched, await cluster.Auth.CallAsync<AuthSnapshot>("GetSnapshot", new GetSnapshotRequest { Key = _key }));
        await AssertErrorAsync(StatusCode.FailedPrecondition, "CONDITION_UNREACHABLE", () => WaitForAsync(new Condition { HasTag = "never" }));
    }

    [Fact]
    public async Task The_counter_counts()
    {
        await cluster.Counter.CallAsync<CounterSnapshot>("Create", new Counter.V1.CreateRequest { Key = _key });
        var request = new Counter.V1.SendRequest { Key = _key, IdempotencyKey = "once", Event = new CounterEvent { Increment = new Increment() } };
        for (var i = 0; i < 2; i++)
        {
            var counted = await cluster.Counter.CallAsync<CounterSnapshot>("Send", request);
            Assert.Equal(new CounterContext { Total = 1 }, counted.Context);
        }
    }

    [Fact]
    public async Task What_such_a_machine_lacks_is_refused_with_a_reason()
    {
        await AssertErrorAsync(StatusCode.NotFound, "MACHINE_NOT_FOUND", () => WaitForAsync(new Condition { Done = true }));
        await cluster.Auth.CallAsync<AuthSnapshot>("Create", new CreateRequest { Key = _key });
        await AssertErrorAsync(StatusCode.InvalidArgument, "INVALID_CONDITION", () => WaitForAsync(new Condition { Matches = "idle" }));
        await AssertErrorAsync(StatusCode.InvalidArgument, "INVALID_CONDITION", () => WaitForAsync(new Condition { AfterRevision = 1 }));
        await AssertErrorAsync(
            StatusCode.DeadlineExceeded, "WAIT_TIMED_OUT", () => WaitForAsync(new Condition { Done = true }, Duration.FromTimeSpan(TimeSpan.FromMilliseconds(50))));

        await cluster.Counter.CallAsync<CounterSnapshot>("Create", new Counter.V1.CreateRequest { Key = _key });
        await AssertErrorAsync(
            StatusCode.Unimplemented, "REVISIONS_NOT_COUNTED", () => cluster.Counter.CallAsync<Counter.V1.WatchResponse>("Watch", new Counter.V1.WatchRequest { Key = _key }));
    }

    [Fact]
    public async Task The_generic_service_knows_such_machines_without_a_schema()
    {
        using var client = new JsonClient(cluster.HttpAddress, "machines.v1.MachineService");
        var machines = (await client.CallAsync("ListMachines", "{}")).GetProperty("machines");
        Assert.Equal(
            """[{"name":"auth","services":["auth.v1.AuthService"]},{"name":"counter","services":["counter.v1.CounterService"]},{"name":"door"}]""",
            JsonSerializer.Serialize(machines));

        var door = $"\"machine\": \"door\", \"key\": \"{_key}\"";
        await client.CallAsync("Create", $"{{{door}}}");
        var waited = await client.StreamAsync("WaitFor", $$"""{ {{door}}, "condition": {"hasTag": "shut"}, "event": {"type": "CLOSE"} }""");
        var matched = waited[^2].GetProperty("matched");
        Assert.Equal("""["shut"]""", JsonSerializer.Serialize(matched.GetProperty("info").GetProperty("tags")));

        var listed = await client.CallAsync("ListInstances", """{"machine": "door", "status": "STATUS_DONE", "state": "closed", "version": "door"}""");
        var instance = listed.GetProperty("instances").EnumerateArray().Single(instance => instance.GetProperty("key").GetString() == _key);
        Assert.Equal("door", instance.GetProperty("version").GetString());

        var error = await client.CallAsync("Dispose", $"{{{door}}}");
        Assert.Equal("unimplemented", error.GetProperty("code").GetString());
        Assert.Contains("the handler 'dispose' was not found", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private async Task<List<WaitForResponse>> WaitForAsync(Condition condition, Duration? timeout = null)
    {
        var answers = new List<WaitForResponse>();
        var request = new WaitForRequest { Key = _key, Condition = condition, Timeout = timeout };
        await foreach (var answer in cluster.Auth.StreamAsync<WaitForResponse>("WaitFor", request))
            answers.Add(answer);
        return answers;
    }

    private static async Task AssertErrorAsync(StatusCode code, string reason, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<GrpcException>(call);
        Assert.Equal((code, reason), (error.Code, error.Reason));
    }
}

public sealed class TypeScript_scenarios(NormalTypeScriptCluster cluster) : TypeScriptScenarios(cluster), IClassFixture<NormalTypeScriptCluster>;

public sealed class TypeScript_scenarios_under_forced_replay(ReplayTypeScriptCluster cluster)
    : TypeScriptScenarios(cluster), IClassFixture<ReplayTypeScriptCluster>;
