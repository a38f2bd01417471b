using Gateway.Upstream;
using Google.Protobuf;
using Google.Rpc;
using Machines.V1;
using Restate.Sdk.Client;
using Rpc;

namespace Gateway.Tests.Upstream;

/// <summary>The rows of the error table that a healthy Restate does not show.</summary>
public class RestateErrorsTests
{
    [Theory]
    [InlineData(400, "invocation", StatusCode.InvalidArgument, "INVALID_EVENT")]
    [InlineData(400, "ingress", StatusCode.Unimplemented, "OBJECT_NOT_REGISTERED")]
    [InlineData(409, "invocation", StatusCode.Aborted, "INVOCATION_FAILED")]
    [InlineData(409, "ingress", StatusCode.Internal, "UPSTREAM_REJECTED")]
    [InlineData(410, "invocation", StatusCode.FailedPrecondition, "MACHINE_DISPOSED")]
    [InlineData(410, null, StatusCode.Internal, "UPSTREAM_REJECTED")]
    [InlineData(412, "invocation", StatusCode.FailedPrecondition, "CONDITION_UNREACHABLE")]
    [InlineData(412, "ingress", StatusCode.Internal, "UPSTREAM_REJECTED")]
    [InlineData(401, "ingress", StatusCode.Internal, "UPSTREAM_REJECTED")]
    [InlineData(403, null, StatusCode.Internal, "UPSTREAM_REJECTED")]
    [InlineData(401, "invocation", StatusCode.Aborted, "INVOCATION_FAILED")]
    [InlineData(403, "invocation", StatusCode.Aborted, "INVOCATION_FAILED")]
    [InlineData(404, "invocation", StatusCode.NotFound, "MACHINE_NOT_FOUND")]
    [InlineData(404, "ingress", StatusCode.Unimplemented, "OBJECT_NOT_REGISTERED")]
    [InlineData(408, "invocation", StatusCode.DeadlineExceeded, "WAIT_TIMED_OUT")]
    [InlineData(408, null, StatusCode.Unavailable, "RESTATE_UNAVAILABLE")]
    [InlineData(413, "ingress", StatusCode.ResourceExhausted, "LIMIT_EXCEEDED")]
    [InlineData(429, "ingress", StatusCode.ResourceExhausted, "LIMIT_EXCEEDED")]
    [InlineData(500, "invocation", StatusCode.Aborted, "INVOCATION_FAILED")]
    [InlineData(500, "ingress", StatusCode.Unavailable, "RESTATE_UNAVAILABLE")]
    [InlineData(503, null, StatusCode.Unavailable, "RESTATE_UNAVAILABLE")]
    [InlineData(0, null, StatusCode.Unavailable, "RESTATE_UNAVAILABLE")]
    [InlineData(418, "invocation", StatusCode.Aborted, "INVOCATION_FAILED")]
    public void An_error_of_the_ingress_is_that_of_the_table(int status, string? source, StatusCode code, string reason)
    {
        var error = new IngressException("it says why") { StatusCode = status, Source = source, InvocationId = "inv_1" };
        var answer = error.ToRpcException("orders", "o-1", Verb.Send).Status;
        var info = Assert.Single(answer.Details ?? []).Unpack<ErrorInfo>();
        Assert.Equal((code, reason, "machines.v1"), (answer.Code, info.Type, info.Domain));
        Assert.Equal(
            [("invocation_id", "inv_1"), ("key", "o-1"), ("object", "orders")],
            info.Metadata.Select(entry => (entry.Key, entry.Value)).Order());
        Assert.Equal(code == StatusCode.Unavailable, answer.Message != "it says why");
    }

    [Theory]
    [InlineData("Create", "there is an instance", StatusCode.AlreadyExists, "MACHINE_EXISTS")]
    [InlineData("Create", "killed", StatusCode.Aborted, "INVOCATION_FAILED")]
    [InlineData("Create", "canceled", StatusCode.Aborted, "INVOCATION_FAILED")]
    [InlineData("Send", "cancelled", StatusCode.Aborted, "INVOCATION_FAILED")]
    [InlineData("Event", "sold out", StatusCode.Aborted, "INVOCATION_FAILED")]
    [InlineData("WaitFor", "killed", StatusCode.Aborted, "INVOCATION_FAILED")]
    public void A_conflict_is_an_existing_instance_only_where_one_was_to_be_created(string verb, string message, StatusCode code, string reason)
    {
        var error = new IngressException(message) { StatusCode = 409, Source = "invocation", InvocationId = "inv_1" };
        var answer = error.ToRpcException("orders", "o-1", Enum.Parse<Verb>(verb)).Status;
        Assert.Equal((code, reason, message), (answer.Code, Assert.Single(answer.Details ?? []).Unpack<ErrorInfo>().Type, answer.Message));
    }

    /// <summary>8 KiB less the names, and what HTTP/2 counts for each field.</summary>
    private const int MaxTrailers = 8 * 1024 - 512;

    [Theory]
    [InlineData("x")]
    [InlineData("ä")]
    [InlineData("語")]
    [InlineData("😀")]
    public void However_long_an_error_is_gRPC_clients_take_its_trailers(string text)
    {
        var (field, reason) = (string.Concat(Enumerable.Repeat(text, 3000)), string.Concat(Enumerable.Repeat(text, 30_000)));
        var error = new IngressException($"event.{field}: {reason}") { StatusCode = 400, Source = "invocation", InvocationId = new string('i', 40) };
        var answer = error.ToRpcException(field, new string('k', 512), Verb.Send).Status;
        Assert.InRange(TrailersOf(answer), 1, MaxTrailers);
        Assert.StartsWith($"event.{text}", answer.Message, StringComparison.Ordinal);
        Assert.EndsWith($"{text}…", answer.Message, StringComparison.Ordinal);

        error = new IngressException($"event.note: {reason}") { StatusCode = 400, Source = "invocation" };
        answer = error.ToRpcException("orders", "o-1", Verb.Send).Status;
        Assert.InRange(TrailersOf(answer), 1, MaxTrailers);
        var violation = Assert.Single(answer.Details![1].Unpack<BadRequest>().FieldViolations);
        Assert.Equal(("event.note", true), (violation.Field, violation.Description.StartsWith(text, StringComparison.Ordinal)));

        static int TrailersOf(RpcStatus status)
        {
            var details = new Google.Rpc.Status { Code = (int)status.Code, Message = status.Message, Details = { status.Details } };
            return Uri.EscapeDataString(status.Message).Length + Convert.ToBase64String(details.ToByteArray()).Length;
        }
    }
}
