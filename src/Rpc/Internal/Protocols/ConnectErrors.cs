using System.Buffers;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Rpc.Internal.Codecs;

namespace Rpc.Internal.Protocols;

/// <summary>Statuses as the Connect protocol has them: a code's name, an HTTP status, and JSON.</summary>
internal static class ConnectErrors
{
    private const int ClientClosedRequest = 499;

    public static int HttpStatus(StatusCode code) => code switch
    {
        StatusCode.OK => StatusCodes.Status200OK,
        StatusCode.Cancelled => ClientClosedRequest,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>Writes the body of a failed unary call.</summary>
    public static void WriteError(IBufferWriter<byte> output, RpcStatus status, DetailJson details)
    {
        using var json = new Utf8JsonWriter(output);
        WriteError(json, status, details);
    }

    /// <summary>Writes the last message of a stream.</summary>
    public static void WriteEndOfStream(IBufferWriter<byte> output, RpcStatus status, RpcMetadata? trailers, DetailJson details)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        if (status.Code != StatusCode.OK)
        {
            json.WritePropertyName("error"u8);
            WriteError(json, status, details);
        }

        if (trailers is not null)
        {
            json.WriteStartObject("metadata"u8);
            foreach (var values in trailers.GroupBy(entry => entry.Name, StringComparer.Ordinal))
            {
                json.WriteStartArray(values.Key);
                foreach (var entry in values)
                    json.WriteStringValue(MetadataHeaders.TextOf(entry));
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, RpcStatus status, DetailJson detailJson)
    {
        json.WriteStartObject();
        json.WriteString("code"u8, Name(status.Code));
        if (status.Message.Length > 0)
            json.WriteString("message"u8, status.Message);
        if (status.Details is { Count: > 0 } details)
        {
            json.WriteStartArray("details"u8);
            foreach (var detail in details)
            {
                json.WriteStartObject();
                json.WriteString("type"u8, Any.GetTypeName(detail.TypeUrl));
                json.WriteString("value"u8, MetadataHeaders.ToBase64(detail.Value.Span));
                detailJson.WriteDebug(json, detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static string Name(StatusCode code) => code switch
    {
        StatusCode.Cancelled => "canceled",
        StatusCode.InvalidArgument => "invalid_argument",
        StatusCode.DeadlineExceeded => "deadline_exceeded",
        StatusCode.NotFound => "not_found",
        StatusCode.AlreadyExists => "already_exists",
        StatusCode.PermissionDenied => "permission_denied",
        StatusCode.ResourceExhausted => "resource_exhausted",
        StatusCode.FailedPrecondition => "failed_precondition",
        StatusCode.Aborted => "aborted",
        StatusCode.OutOfRange => "out_of_range",
        StatusCode.Unimplemented => "unimplemented",
        StatusCode.Internal => "internal",
        StatusCode.Unavailable => "unavailable",
        StatusCode.DataLoss => "data_loss",
        StatusCode.Unauthenticated => "unauthenticated",
        _ => "unknown",
    };
}
