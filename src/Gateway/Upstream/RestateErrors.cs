using System.Text;
using Gateway.Binding;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Machines.V1;
using Restate.Sdk.Client;
using Rpc;

namespace Gateway.Upstream;

/// <summary>What a failure of Restate's ingress, or of the machine behind it, is to a caller of the typed service.</summary>
internal static class RestateErrors
{
    /// <summary>The domain of every <see cref="ErrorInfo"/>.</summary>
    public const string Domain = "machines.v1";

    /// <summary>Which address did not answer is the operator's business, not the client's.</summary>
    private const string Unavailable = "Restate cannot be reached. Calling again with the same idempotency key is safe.";

    /// <summary>
    /// The longest text of an error, in bytes of UTF-8. gRPC's trailers have the message percent-encoded and again in the details, and some
    /// clients take 8 KiB of trailers in all: of more they do not even see the status.
    /// </summary>
    private const int MaxTextBytes = 768;

    public static RpcException ToRpcException(this IngressException error, string objectName, string key, Verb verb, string? idempotencyKey = null)
    {
        (var status, var reason) = Classify(error, verb);
        var message = status == StatusCode.Unavailable ? Unavailable : error.Message;
        var field = error.StatusCode == 400 ? FieldOf(error.Message) : null;

        // Whoever gave no key needs the one that the gateway made, to call again.
        return Create(status, reason, message, objectName, key, error.InvocationId, field, status == StatusCode.Unavailable ? idempotencyKey : null);
    }

    /// <summary>What a failure of Restate's admin API is to a caller that asked about a machine's instances.</summary>
    public static RpcException ToRpcException(this AdminException error, string objectName) => error.StatusCode is 0 or >= 500
        ? Create(StatusCode.Unavailable, "RESTATE_UNAVAILABLE", "Restate's admin API cannot be asked.", objectName, null, null, null)
        : Create(StatusCode.Internal, "UPSTREAM_REJECTED", error.Message, objectName, null, null, null);

    /// <summary>A request that the gateway itself refuses. A key that is no instance's is left out.</summary>
    public static RpcException InvalidArgument(MachineMethod method, string? key, string reason, string field, string description) =>
        InvalidArgument(method.Object, key, reason, field, description);

    /// <inheritdoc cref="InvalidArgument(MachineMethod, string?, string, string, string)"/>
    public static RpcException InvalidArgument(string objectName, string? key, string reason, string field, string description) =>
        Create(StatusCode.InvalidArgument, reason, $"{field}: {description}", objectName, key, null, field);

    /// <summary>What is wrong with a number that an enum does not have: the names are the proto's, which every client knows.</summary>
    public static string UnknownValue(EnumDescriptor type, int number) =>
        $"unknown value {number}; use one of {string.Join(", ", type.Values.Select(value => value.Name))}";

    /// <summary>A call that the gateway itself refuses, whatever the request's fields say.</summary>
    public static RpcException Refused(StatusCode status, string reason, string message, string objectName, string? key) =>
        Create(status, reason, message, objectName, key, null, null);

    /// <summary>How a call ends that the gateway refuses before it knows which instance it is about.</summary>
    public static RpcStatus Refused(StatusCode status, string reason, string message, params IEnumerable<IMessage> details) =>
        new(status, message, [Any.Pack(new ErrorInfo { Domain = Domain, Type = reason }), .. details.Select(Any.Pack)]);

    private static (StatusCode Status, string Reason) Classify(IngressException error, Verb verb) => error.StatusCode switch
    {
        // The ingress' own: what has the machine's name takes no calls, as when it is private.
        400 when !error.IsFromInvocation => (StatusCode.Unimplemented, "OBJECT_NOT_REGISTERED"),
        401 or 403 or 409 or 410 or 412 when !error.IsFromInvocation => (StatusCode.Internal, "UPSTREAM_REJECTED"),
        400 => (StatusCode.InvalidArgument, ReasonOfBadRequest(FieldOf(error.Message), verb)),
        404 when error.IsFromInvocation => (StatusCode.NotFound, "MACHINE_NOT_FOUND"),
        404 => (StatusCode.Unimplemented, "OBJECT_NOT_REGISTERED"),
        408 when error.IsFromInvocation => (StatusCode.DeadlineExceeded, "WAIT_TIMED_OUT"),
        409 when verb == Verb.Create && error.Message is not ("killed" or "canceled" or "cancelled") => (StatusCode.AlreadyExists, "MACHINE_EXISTS"),
        410 => (StatusCode.FailedPrecondition, "MACHINE_DISPOSED"),
        412 => (StatusCode.FailedPrecondition, "CONDITION_UNREACHABLE"),
        413 or 429 => (StatusCode.ResourceExhausted, "LIMIT_EXCEEDED"),
        _ when error.IsRetryable => (StatusCode.Unavailable, "RESTATE_UNAVAILABLE"),
        _ => (StatusCode.Aborted, "INVOCATION_FAILED"),
    };

    private static string ReasonOfBadRequest(string? field, Verb verb)
    {
        var end = field?.AsSpan().IndexOfAny('.', '[') ?? -1;
        return (end < 0 ? field : field![..end]) switch
        {
            "event" => "INVALID_EVENT",
            "input" => "INVALID_INPUT",
            "condition" or "timeout" => "INVALID_CONDITION",
            _ => verb switch
            {
                Verb.Create => "INVALID_INPUT",
                Verb.WaitFor => "INVALID_CONDITION",
                _ => "INVALID_EVENT",
            },
        };
    }

    /// <summary>A machine's 400 begins with the path of the field that is wrong: <c>event.items[0].sku: …</c>.</summary>
    private static string? FieldOf(string message)
    {
        var colon = message.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && !message.AsSpan(0, colon).Contains(' ') ? message[..colon] : null;
    }

    private static RpcException Create(
        StatusCode status,
        string reason,
        string message,
        string objectName,
        string? key,
        string? invocationId,
        string? field,
        string? idempotencyKey = null)
    {
        // Field 1 of google.rpc.ErrorInfo is called reason; the newest package that can be had still has its first name, type.
        var info = new ErrorInfo { Domain = Domain, Type = reason, Metadata = { ["object"] = Shorten(objectName) } };
        if (key is not null)
            info.Metadata["key"] = key;
        if (invocationId is not null)
            info.Metadata["invocation_id"] = invocationId;
        if (idempotencyKey is not null)
            info.Metadata["idempotency_key"] = idempotencyKey;

        List<Any> details = [Any.Pack(info)];
        if (status == StatusCode.InvalidArgument && field is not null)
        {
            var description = message.StartsWith(field + ": ", StringComparison.Ordinal) ? message[(field.Length + 2)..] : message;
            details.Add(Any.Pack(new BadRequest
            {
                FieldViolations = { new BadRequest.Types.FieldViolation { Field = Shorten(field), Description = Shorten(description) } },
            }));
        }

        return new RpcException(new RpcStatus(status, Shorten(message), details));
    }

    private static string Shorten(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= MaxTextBytes)
            return text;

        Encoding.UTF8.GetEncoder().Convert(text, new byte[MaxTextBytes], flush: false, out var fitting, out _, out _);
        return text[..fitting] + "…";
    }
}
