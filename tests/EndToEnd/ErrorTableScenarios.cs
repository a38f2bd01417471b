using Gateway.Tests.Security;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Machines.V1;
using Payment.V1;
using Rpc;
using Strays.V1;
using GetSnapshotRequest = Payment.V1.GetSnapshotRequest;

namespace EndToEnd;

/// <summary>Each verb, by each protocol, against instances on which it fails: the error table of docs/contract.md.</summary>
public abstract class ErrorTableScenarios(Cluster cluster)
{
    private const string Desk = "strays.v1.DeskService";
    private const string Absent = "strays.v1.AbsentService";

    private readonly string _key = $"errors-{Guid.NewGuid():N}";

    private static readonly string[] Streams = ["WaitFor", "Watch"];

    [Theory]
    [InlineData("Send", StatusCode.NotFound, "MACHINE_NOT_FOUND")]
    [InlineData("Approve", StatusCode.NotFound, "MACHINE_NOT_FOUND")]
    [InlineData("GetSnapshot", StatusCode.NotFound, "MACHINE_NOT_FOUND")]
    [InlineData("WaitFor", StatusCode.NotFound, "MACHINE_NOT_FOUND")]
    [InlineData("Watch", StatusCode.NotFound, "MACHINE_NOT_FOUND")]
    [InlineData("Dispose", StatusCode.NotFound, "MACHINE_NOT_FOUND")]
    public Task Where_there_is_no_instance(string method, StatusCode code, string reason) =>
        AssertFailsAsync(Desk, method, RequestOf(method), code, reason);

    [Theory]
    [InlineData("Create")]
    [InlineData("Send")]
    [InlineData("Approve")]
    [InlineData("GetSnapshot")]
    [InlineData("WaitFor")]
    [InlineData("Watch")]
    [InlineData("Dispose")]
    public async Task Where_the_instance_is_disposed_of(string method)
    {
        await CreateAsync();
        Assert.Equal(StatusCode.OK, (await CallAsync(Protocol.Grpc, Desk, "Dispose", RequestOf("Dispose"))).Code);
        await AssertFailsAsync(Desk, method, RequestOf(method), StatusCode.FailedPrecondition, "MACHINE_DISPOSED");
    }

    [Theory]
    [InlineData("Create")]
    [InlineData("Send")]
    [InlineData("Approve")]
    [InlineData("GetSnapshot")]
    [InlineData("WaitFor")]
    [InlineData("Watch")]
    [InlineData("Dispose")]
    public Task Where_the_object_is_not_registered(string method) =>
        AssertFailsAsync(Absent, method, RequestOf(method), StatusCode.Unimplemented, "OBJECT_NOT_REGISTERED", objectName: "absent");

    [Fact]
    public async Task Where_the_instance_exists_already()
    {
        await CreateAsync();
        await AssertFailsAsync(Desk, "Create", RequestOf("Create"), StatusCode.AlreadyExists, "MACHINE_EXISTS");
    }

    [Fact]
    public async Task Where_a_wait_times_out()
    {
        await CreateAsync();
        var request = new WaitForRequest { Key = _key, Condition = new Condition { Done = true }, Timeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1)) };
        await AssertFailsAsync(Desk, "WaitFor", request, StatusCode.DeadlineExceeded, "WAIT_TIMED_OUT");
    }

    [Fact]
    public async Task Where_a_condition_cannot_be_met_any_more()
    {
        await CreateAsync();
        await CallAsync(Protocol.Grpc, Desk, "Send", new SendPaymentRequest { Key = _key, Event = new PaymentEvent { Reject = new Reject { Reason = "no" } } });
        var request = new WaitForRequest { Key = _key, Condition = new Condition { HasTag = "never" } };
        await AssertFailsAsync(Desk, "WaitFor", request, StatusCode.FailedPrecondition, "CONDITION_UNREACHABLE");
    }

    [Fact]
    public async Task Where_the_request_is_wrong()
    {
        await AssertRefusesAsync("Create", new CreateRequest { Key = _key }, "INVALID_INPUT", "input");
        await CreateAsync();
        await AssertRefusesAsync("Send", new SendPaymentRequest { Key = _key }, "INVALID_EVENT", "event");
        await AssertRefusesAsync("WaitFor", new WaitForRequest { Key = _key }, "INVALID_CONDITION", "condition");
        foreach (var method in new[] { "Create", "Send", "Approve", "GetSnapshot", "WaitFor", "Watch", "Dispose" })
        {
            var request = RequestOf(method);
            request.Descriptor.FindFieldByName("key").Accessor.SetValue(request, "");
            await AssertRefusesAsync(method, request, "INVALID_KEY", "key");
        }
    }

    private IMessage RequestOf(string method) => method switch
    {
        "Create" => new CreateRequest { Key = _key, Input = new PaymentInput { Sender = "ann", Recipient = "bob", Amount = 1 } },
        "Send" => new SendPaymentRequest { Key = _key, Event = new PaymentEvent { Approve = new Approve() } },
        "Approve" => new ApproveRequest { Key = _key },
        "WaitFor" => new WaitForRequest { Key = _key, Condition = new Condition { Done = true } },
        "Watch" => new WatchRequest { Key = _key },
        _ => new GetSnapshotRequest { Key = _key },
    };

    private async Task CreateAsync() => Assert.Equal(StatusCode.OK, (await CallAsync(Protocol.Grpc, Desk, "Create", RequestOf("Create"))).Code);

    private async Task AssertRefusesAsync(string method, IMessage request, string reason, string field)
    {
        foreach (var protocol in System.Enum.GetValues<Protocol>())
        {
            var answer = await CallAsync(protocol, Desk, method, request);
            Assert.Equal((protocol, StatusCode.InvalidArgument, reason), (protocol, answer.Code, answer.Detail<ErrorInfo>()!.Type));
            Assert.Equal(field, Assert.Single(answer.Detail<BadRequest>()!.FieldViolations).Field);
        }
    }

    private async Task AssertFailsAsync(string service, string method, IMessage request, StatusCode code, string reason, string objectName = "payment")
    {
        foreach (var protocol in System.Enum.GetValues<Protocol>())
        {
            var answer = await CallAsync(protocol, service, method, request);
            var info = answer.Detail<ErrorInfo>();
            Assert.Equal((protocol, code, reason, "machines.v1"), (protocol, answer.Code, info?.Type, info?.Domain));
            Assert.Equal((objectName, _key), (info!.Metadata["object"], info.Metadata["key"]));
            Assert.NotEmpty(answer.Message);
        }
    }

    private async Task<ProtocolAnswer> CallAsync(Protocol protocol, string service, string method, IMessage request)
    {
        using var client = new ProtocolClient(cluster.GrpcAddress, cluster.HttpAddress);
        return Streams.Contains(method)
            ? await client.StreamAsync(protocol, $"{service}/{method}", request)
            : await client.CallAsync(protocol, $"{service}/{method}", request);
    }
}

public sealed class Error_table_scenarios(NormalCluster cluster) : ErrorTableScenarios(cluster), IClassFixture<NormalCluster>;

public sealed class Error_table_scenarios_under_forced_replay(ReplayCluster cluster) : ErrorTableScenarios(cluster), IClassFixture<ReplayCluster>;
