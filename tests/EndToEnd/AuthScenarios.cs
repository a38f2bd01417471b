using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Auth.V1;
using Google.Protobuf.WellKnownTypes;
using Machines.V1;
using Rpc;
using Status = Machines.V1.Status;

namespace EndToEnd;

/// <summary>The auth machine through the gateway, as a user sees it, with every process killed in turn.</summary>
public abstract class AuthScenarios(Cluster cluster)
{
    private static readonly AuthEvent AuthEvent = new() { Auth = new Auth.V1.Auth() };
    private static readonly Condition Done = new() { Done = true };
    private readonly string _key = $"auth-{Guid.NewGuid():N}";

    [Fact]
    public async Task Runs_from_create_to_done()
    {
        var created = await CreateAsync();
        Assert.Equal(Status.Active, created.Info.Status);
        Assert.Equal([AuthState.Idle], created.States);
        Assert.Equal(["idle"], created.Info.States);
        Assert.Equal("idle", created.Info.Value.StringValue);
        Assert.Equal("client", created.Info.Version);
        Assert.Equal(1ul, created.Info.Revision);
        Assert.Equal(_key, created.Info.Key);

        var sent = await SendAuthAsync();
        Assert.Equal([AuthState.Authorizing], sent.States);
        Assert.Equal(2ul, sent.Info.Revision);

        var meanwhile = await SnapshotAsync();
        Assert.Equal([AuthState.Authorizing], meanwhile.States);
        Assert.Equal(Status.Active, meanwhile.Info.Status);

        AssertAuthorized(await WaitForDoneAsync());
        AssertAuthorized(await SnapshotAsync());
    }

    [Fact]
    public async Task A_wait_streams_started_at_once_and_matched_when_the_machine_is_done()
    {
        await CreateAsync();
        var request = new WaitForRequest { Key = _key, Condition = Done, Event = AuthEvent };
        await using var stream = cluster.Auth.StreamAsync<WaitForResponse>("WaitFor", request).GetAsyncEnumerator();

        Assert.True(await stream.MoveNextAsync());
        Assert.NotEmpty(stream.Current.Started.IdempotencyKey);
        Assert.Equal(Status.Active, (await SnapshotAsync()).Info.Status);

        Assert.True(await stream.MoveNextAsync());
        AssertAuthorized(stream.Current.Matched);
        Assert.False(await stream.MoveNextAsync());
    }

    [Fact]
    public async Task A_client_that_dies_in_mid_wait_resumes_the_same_wait_with_its_key()
    {
        await CreateAsync();
        await SendAuthAsync();
        using (var client = new CancellationTokenSource())
        {
            await using var stream = WaitForDone("resumed").GetAsyncEnumerator(client.Token);
            Assert.True(await stream.MoveNextAsync());
            Assert.Equal("resumed", stream.Current.Started.IdempotencyKey);
            await InvocationsAsync("waitFor", atLeast: 1);
            await client.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.MoveNextAsync());
        }

        var first = await MatchedAsync(WaitForDone("resumed"));
        var again = await MatchedAsync(WaitForDone("resumed"));
        AssertAuthorized(first);
        Assert.Equal(first, again);
        Assert.Equal(1, await InvocationsAsync("waitFor"));
    }

    [Fact]
    public async Task A_gateway_that_dies_in_mid_wait_costs_neither_the_wait_nor_a_second_invocation()
    {
        await CreateAsync();
        await SendAuthAsync();
        await using (var stream = WaitForDone("survivor").GetAsyncEnumerator())
        {
            Assert.True(await stream.MoveNextAsync());
            await InvocationsAsync("waitFor", atLeast: 1);
            await cluster.KillGatewayAsync();
            await Assert.ThrowsAnyAsync<Exception>(async () => await stream.MoveNextAsync());
        }

        await cluster.StartGatewayAsync();
        AssertAuthorized(await MatchedAsync(WaitForDone("survivor")));
        Assert.Equal(1, await InvocationsAsync("waitFor"));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task A_wait_is_found_again_by_the_key_that_the_gateway_made_with_and_without_its_event(bool isDecidedAtOnce, int waits)
    {
        await CreateAsync();
        var request = new WaitForRequest { Key = _key, Condition = isDecidedAtOnce ? new Condition { AfterRevision = 1 } : Done, Event = AuthEvent };
        var (key, matched) = await WaitAsync();
        request.IdempotencyKey = key;
        Assert.Equal((key, matched), await WaitAsync());
        request.Event = null;
        Assert.Equal((key, matched), await WaitAsync());

        Assert.Equal(1, await InvocationsAsync("sendAndWaitFor"));
        Assert.Equal(waits, await InvocationsAsync("waitFor"));
        Assert.Equal(0, await InvocationsAsync("subscribe"));

        async Task<(string Key, AuthSnapshot Matched)> WaitAsync()
        {
            var messages = new List<WaitForResponse>();
            await foreach (var message in cluster.Auth.StreamAsync<WaitForResponse>("WaitFor", request).Where(IsNews))
                messages.Add(message);
            Assert.Equal(2, messages.Count);
            return (messages[0].Started.IdempotencyKey, messages[1].Matched);
        }
    }

    [Fact]
    public async Task A_restate_server_that_is_killed_while_the_promise_runs_loses_nothing()
    {
        await CreateAsync();
        await SendAuthAsync();
        await InvocationsAsync("invokePromise", atLeast: 1);
        await cluster.RestartRestateAsync();
        AssertAuthorized(await WaitForDoneAsync());
    }

    [Fact]
    public async Task A_wait_outlives_a_restate_server_that_is_killed_below_it()
    {
        await CreateAsync();
        await using var stream = cluster.Auth.StreamAsync<WaitForResponse>(
            "WaitFor", new WaitForRequest { Key = _key, Condition = Done, Event = AuthEvent }).Where(IsNews).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        await InvocationsAsync("invokePromise", atLeast: 1);
        await cluster.RestartRestateAsync();

        Assert.True(await stream.MoveNextAsync());
        AssertAuthorized(stream.Current.Matched);
    }

    [Fact]
    public async Task A_machine_host_that_is_killed_while_the_promise_runs_loses_nothing()
    {
        await CreateAsync();
        await SendAuthAsync();
        await InvocationsAsync("invokePromise", atLeast: 1);
        await cluster.RestartMachinesAsync();
        AssertAuthorized(await WaitForDoneAsync());
    }

    [Fact]
    public async Task A_send_repeated_with_its_idempotency_key_is_one_event()
    {
        await CreateAsync();
        var request = new SendRequest { Key = _key, IdempotencyKey = "once", Event = AuthEvent };
        var first = await cluster.Auth.CallAsync<AuthSnapshot>("Send", request);
        Assert.Equal(first, await cluster.Auth.CallAsync<AuthSnapshot>("Send", request));
        Assert.Equal(1, await InvocationsAsync("send"));
    }

    [Fact]
    public async Task Creating_an_existing_instance_is_refused()
    {
        await CreateAsync();
        await SendAuthAsync();
        var error = await Assert.ThrowsAsync<GrpcException>(CreateAsync);
        AssertError(error, StatusCode.AlreadyExists, "MACHINE_EXISTS");
        Assert.Equal(2ul, (await SnapshotAsync()).Info.Revision);
    }

    [Fact]
    public async Task An_unknown_key_is_not_found()
    {
        AssertError(await Assert.ThrowsAsync<GrpcException>(SnapshotAsync), StatusCode.NotFound, "MACHINE_NOT_FOUND");
        var wait = await Assert.ThrowsAsync<GrpcException>(WaitForDoneAsync);
        AssertError(wait, StatusCode.NotFound, "MACHINE_NOT_FOUND");
    }

    [Fact]
    public async Task An_empty_key_is_refused_by_name()
    {
        var error = await Assert.ThrowsAsync<GrpcException>(
            () => cluster.Auth.CallAsync<AuthSnapshot>("GetSnapshot", new GetSnapshotRequest()));
        Assert.Equal(StatusCode.InvalidArgument, error.Code);
        Assert.Equal("key", Assert.Single(error.BadRequest!.FieldViolations).Field);
    }

    [Fact]
    public async Task An_unset_event_changes_nothing()
    {
        await CreateAsync();
        foreach (var unset in new[] { null, new AuthEvent() })
        {
            var error = await Assert.ThrowsAsync<GrpcException>(
                () => cluster.Auth.CallAsync<AuthSnapshot>("Send", new SendRequest { Key = _key, Event = unset }));
            AssertError(error, StatusCode.InvalidArgument, "INVALID_EVENT");
            Assert.Equal("event", Assert.Single(error.BadRequest!.FieldViolations).Field);
        }

        Assert.Equal(1ul, (await SnapshotAsync()).Info.Revision);
    }

    [Fact]
    public async Task An_event_that_the_machine_does_not_know_changes_nothing()
    {
        await CreateAsync();
        var request = new Strays.V1.SendRequest { Key = _key, Event = new Strays.V1.StrayEvent { Stray = new Strays.V1.Stray() } };
        var error = await Assert.ThrowsAsync<GrpcException>(() => cluster.Stray.CallAsync<Strays.V1.StraySnapshot>("Send", request));
        AssertError(error, StatusCode.InvalidArgument, "INVALID_EVENT");
        Assert.Equal("event.type", Assert.Single(error.BadRequest!.FieldViolations).Field);
        Assert.StartsWith("inv_", error.Info.Metadata["invocation_id"], StringComparison.Ordinal);
        Assert.Equal(1ul, (await SnapshotAsync()).Info.Revision);
    }

    [Fact]
    public async Task An_object_that_is_not_registered_is_unimplemented()
    {
        var request = new Payment.V1.GetSnapshotRequest { Key = _key };
        var error = await Assert.ThrowsAsync<GrpcException>(() => cluster.Absent.CallAsync<Payment.V1.PaymentSnapshot>("GetSnapshot", request));
        AssertError(error, StatusCode.Unimplemented, "OBJECT_NOT_REGISTERED", objectName: "absent");
    }

    [Fact]
    public async Task A_malformed_condition_is_refused_by_name()
    {
        await CreateAsync();
        foreach (var (condition, field) in new[]
                 {
                     (new Condition(), "condition"),
                     (new Condition { Done = false }, "condition.done"),
                     (new Condition { HasTag = "" }, "condition.has_tag"),
                     (new Condition { Matches = "" }, "condition.matches"),
                 })
        {
            var error = await Assert.ThrowsAsync<GrpcException>(
                () => MatchedAsync(cluster.Auth.StreamAsync<WaitForResponse>("WaitFor", new WaitForRequest { Key = _key, Condition = condition })));
            AssertError(error, StatusCode.InvalidArgument, "INVALID_CONDITION");
            Assert.Equal(field, Assert.Single(error.BadRequest!.FieldViolations).Field);
        }
    }

    [Fact]
    public async Task A_wait_that_times_out_says_so_and_leaves_nothing_behind()
    {
        await CreateAsync();
        var request = new WaitForRequest { Key = _key, Condition = Done, Timeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(100)) };
        var error = await Assert.ThrowsAsync<GrpcException>(() => MatchedAsync(cluster.Auth.StreamAsync<WaitForResponse>("WaitFor", request)));
        AssertError(error, StatusCode.DeadlineExceeded, "WAIT_TIMED_OUT");

        await Eventually.BecomesTrueAsync(
            async () => !(await StoredSnapshotAsync()).TryGetProperty("pending", out _), () => "the waiter to be gone from the state");
    }

    [Fact]
    public async Task A_condition_that_can_no_longer_be_met_ends_the_wait()
    {
        await CreateAsync();
        var request = new WaitForRequest { Key = _key, Condition = new Condition { HasTag = "never" }, Event = AuthEvent };
        var error = await Assert.ThrowsAsync<GrpcException>(() => MatchedAsync(cluster.Auth.StreamAsync<WaitForResponse>("WaitFor", request)));
        AssertError(error, StatusCode.FailedPrecondition, "CONDITION_UNREACHABLE");
    }

    [Theory]
    [InlineData("matches")]
    [InlineData("after_revision")]
    public async Task A_wait_for_a_state_or_a_revision_ends_when_it_is_there(string kind)
    {
        await CreateAsync();
        var condition = kind == "matches" ? new Condition { Matches = "authorizing" } : new Condition { AfterRevision = 1 };
        var request = new WaitForRequest { Key = _key, Condition = condition, Event = AuthEvent };
        var matched = await MatchedAsync(cluster.Auth.StreamAsync<WaitForResponse>("WaitFor", request));
        Assert.Equal([AuthState.Authorizing], matched.States);
        Assert.Equal(2ul, matched.Info.Revision);
    }

    [Theory]
    [InlineData("a/b.c d")]
    [InlineData("ключ-🔑")]
    [InlineData("%2F?#")]
    public async Task Any_text_is_a_key(string text)
    {
        var key = $"{text}-{Guid.NewGuid():N}";
        var created = await cluster.Auth.CallAsync<AuthSnapshot>("Create", new CreateRequest { Key = key });
        Assert.Equal(key, created.Info.Key);
        Assert.Equal([key], await cluster.QueryAsync($"select service_key from state where service_key = '{key}' and key = 'version'"));
    }

    [Fact]
    public async Task The_seeds_commands_work_word_for_word()
    {
        // curl http://localhost:8080/auth/myMachine/create
        var created = await cluster.Ingress.GetFromJsonAsync<JsonElement>($"auth/{_key}/create");
        Assert.Equal("idle", created.GetProperty("value").GetString());

        // curl http://localhost:8080/auth/myMachine/waitFor --json '{"condition": "done", "event": {"type": "AUTH"}}' -H "idempotency-key: my-key"
        var waiting = PostWaitForAsync();

        // curl -s http://localhost:8080/auth/myMachine/snapshot
        await Eventually.BecomesTrueAsync(
            async () => (await cluster.Ingress.GetFromJsonAsync<JsonElement>($"auth/{_key}/snapshot")).GetProperty("value").GetString() == "authorizing",
            () => "the machine to be authorizing");
        var done = await waiting;
        Assert.Contains("\"status\":\"done\"", done, StringComparison.Ordinal);
        Assert.Contains("\"value\":\"authorized\"", done, StringComparison.Ordinal);

        // The second returns the cached result.
        Assert.Equal(done, await PostWaitForAsync());
        Assert.Equal(1, await InvocationsAsync("waitFor"));

        // curl http://localhost:8080/auth/myMachine/send --json '{"event": {"type": "AUTH"}}'
        using var sent = await PostAsync("send", """{"event": {"type": "AUTH"}}""");
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);

        async Task<string> PostWaitForAsync()
        {
            using var response = await PostAsync("waitFor", """{"condition": "done", "event": {"type": "AUTH"}}""", "my-key");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await response.Content.ReadAsStringAsync();
        }
    }

    [Theory]
    [InlineData("send", """{"event": {"type": "AUTHH"}}""", 400, "event.type: ")]
    [InlineData("send", """{"event": {"type": "TOKEN", "value": 7}}""", 400, "event.value: ")]
    [InlineData("send", """{"event": {"type": "TOKEN", "vlaue": "x"}}""", 400, "event.vlaue: ")]
    [InlineData("send", """{"event": {"type": "xstate.done.actor.process"}}""", 400, "event.type: ")]
    [InlineData("send", """{"event": "AUTH"}""", 400, "event: ")]
    [InlineData("send", """{}""", 400, "event: ")]
    [InlineData("send", """{"evnet": {"type": "AUTH"}}""", 400, "evnet: ")]
    [InlineData("send", """[1]""", 400, "body: ")]
    [InlineData("waitFor", """{"condition": "dnoe"}""", 400, "condition: ")]
    [InlineData("waitFor", """{"condition": "done", "timeout": "soon"}""", 400, "timeout: ")]
    [InlineData("waitFor", """{}""", 400, "condition: ")]
    [InlineData("create", """{"ifExists": "perhaps"}""", 400, "ifExists: ")]
    [InlineData("create", """{"ifExists": "fail"}""", 409, "")]
    public async Task A_request_that_fails_names_its_field_and_changes_nothing(string handler, string body, int status, string message)
    {
        await CreateAsync();
        var before = (await StoredSnapshotAsync()).GetRawText();
        using var response = await PostAsync(handler, body);
        var error = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(status, (int)response.StatusCode);
        Assert.StartsWith(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, (await StoredSnapshotAsync()).GetRawText());
    }

    [Theory]
    [InlineData("deliver")]
    [InlineData("settle")]
    [InlineData("subscribe")]
    [InlineData("unsubscribe")]
    [InlineData("expire")]
    [InlineData("invokePromise")]
    [InlineData("cancelPromise")]
    public async Task Nobody_outside_reaches_the_private_handlers(string handler)
    {
        using var response = await PostAsync(handler, "{}");
        var error = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("ingress", error.GetProperty("source").GetString());
        Assert.Equal("the invoked service is not public", error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_disposed_instance_is_gone_for_good_until_it_is_reset()
    {
        await CreateAsync();
        using (var disposed = await PostAsync("dispose", ""))
            Assert.True(disposed.IsSuccessStatusCode);

        AssertError(await Assert.ThrowsAsync<GrpcException>(SnapshotAsync), StatusCode.FailedPrecondition, "MACHINE_DISPOSED");
        AssertError(await Assert.ThrowsAsync<GrpcException>(SendAuthAsync), StatusCode.FailedPrecondition, "MACHINE_DISPOSED");
        AssertError(await Assert.ThrowsAsync<GrpcException>(CreateAsync), StatusCode.FailedPrecondition, "MACHINE_DISPOSED");

        using (var reset = await PostAsync("create", """{"ifExists": "reset"}"""))
            Assert.True(reset.IsSuccessStatusCode);
        Assert.Equal([AuthState.Idle], (await SnapshotAsync()).States);
    }

    [Fact]
    public async Task A_reset_ends_the_old_run_its_promise_and_its_waiters()
    {
        await CreateAsync();
        var waiting = MatchedAsync(cluster.Auth.StreamAsync<WaitForResponse>(
            "WaitFor", new WaitForRequest { Key = _key, Condition = Done, Event = AuthEvent }));
        await InvocationsAsync("invokePromise", atLeast: 1);

        using (var reset = await PostAsync("create", ""))
            Assert.True(reset.IsSuccessStatusCode);
        AssertError(await Assert.ThrowsAsync<GrpcException>(() => waiting), StatusCode.FailedPrecondition, "CONDITION_UNREACHABLE");

        // The promise of the old run ends, and its result is not wanted.
        await InvocationsAsync("settle", atLeast: 1, completed: true);
        Assert.Equal([AuthState.Idle], (await SnapshotAsync()).States);
        Assert.Equal(1ul, (await SnapshotAsync()).Info.Revision);
    }

    [Fact]
    public async Task The_versions_in_the_cluster_can_be_queried()
    {
        await CreateAsync();
        var rows = await cluster.Admin.QueryAsync("select service_key, value_utf8 from state where key = 'version'");
        var row = Assert.Single(rows, row => row.GetProperty("service_key").GetString() == _key);
        Assert.Equal("\"client\"", row.GetProperty("value_utf8").GetString());
    }

    private Task<AuthSnapshot> CreateAsync() => cluster.Auth.CallAsync<AuthSnapshot>("Create", new CreateRequest { Key = _key });

    private Task<AuthSnapshot> SendAuthAsync() => cluster.Auth.CallAsync<AuthSnapshot>("Send", new SendRequest { Key = _key, Event = AuthEvent });

    private Task<AuthSnapshot> SnapshotAsync() => cluster.Auth.CallAsync<AuthSnapshot>("GetSnapshot", new GetSnapshotRequest { Key = _key });

    private Task<AuthSnapshot> WaitForDoneAsync() => MatchedAsync(WaitForDone(""));

    private IAsyncEnumerable<WaitForResponse> WaitForDone(string idempotencyKey) => cluster.Auth.StreamAsync<WaitForResponse>(
        "WaitFor", new WaitForRequest { Key = _key, Condition = Done, IdempotencyKey = idempotencyKey });

    private static async Task<AuthSnapshot> MatchedAsync(IAsyncEnumerable<WaitForResponse> stream)
    {
        var messages = new List<WaitForResponse>();
        await foreach (var message in stream.Where(IsNews))
            messages.Add(message);
        Assert.Equal(
            [WaitForResponse.ResponseOneofCase.Started, WaitForResponse.ResponseOneofCase.Matched], messages.Select(message => message.ResponseCase));
        return messages[1].Matched;
    }

    private static bool IsNews(WaitForResponse message) => message.Heartbeat is null;

    private async Task<HttpResponseMessage> PostAsync(string handler, string body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"auth/{_key}/{handler}");
        if (body.Length > 0)
            request.Content = new StringContent(body, null, "application/json");
        if (idempotencyKey is not null)
            request.Headers.Add("idempotency-key", idempotencyKey);
        return await cluster.Ingress.SendAsync(request);
    }

    private async Task<JsonElement> StoredSnapshotAsync()
    {
        var stored = await cluster.QueryAsync($"select value_utf8 from state where service_key = '{_key}' and key = 'snapshot'");
        return JsonElement.Parse(Assert.Single(stored));
    }

    /// <summary>Counts the instance's invocations of a handler, having waited until there are so many.</summary>
    private async Task<int> InvocationsAsync(string handler, int atLeast = 0, bool completed = false)
    {
        var count = 0;
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                var status = completed ? " and status = 'completed'" : "";
                var ids = await cluster.QueryAsync(
                    $"select id from sys_invocation where target_service_key = '{_key}' and target_handler_name = '{handler}'{status}");
                count = ids.Count;
                return count >= atLeast;
            },
            () => $"{atLeast} invocations of {handler}; there are {count}");
        return count;
    }

    private void AssertError(GrpcException error, StatusCode code, string reason, string objectName = "auth")
    {
        Assert.Equal((code, reason), (error.Code, error.Reason));
        Assert.Equal("machines.v1", error.Info.Domain);
        Assert.Equal(objectName, error.Info.Metadata["object"]);
        Assert.Equal(_key, error.Info.Metadata["key"]);
    }

    private void AssertAuthorized(AuthSnapshot snapshot)
    {
        Assert.Equal(Status.Done, snapshot.Info.Status);
        Assert.Equal([AuthState.Authorized], snapshot.States);
        Assert.NotEmpty(snapshot.Context.Token);
        Assert.Equal(_key, snapshot.Info.Key);
    }
}

public sealed class Auth_scenarios(NormalCluster cluster) : AuthScenarios(cluster), IClassFixture<NormalCluster>;

public sealed class Auth_scenarios_under_forced_replay(ReplayCluster cluster) : AuthScenarios(cluster), IClassFixture<ReplayCluster>;
