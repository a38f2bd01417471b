using Google.Protobuf;
using Google.Rpc;
using Machines.V1;
using Rpc;

namespace Gateway.Streaming;

/// <summary>A status as a message of a stream that goes on.</summary>
internal static class SendErrors
{
    public static ReadOnlyMemory<byte> Of(RpcStatus status)
    {
        var error = new SendError { Code = (int)status.Code, Message = status.Message };
        foreach (var detail in status.Details ?? [])
        {
            if (detail.TryUnpack(out ErrorInfo info))
            {
                error.Reason = info.Type;
                error.Metadata.Add(info.Metadata);
            }
            else if (detail.TryUnpack(out BadRequest request))
            {
                error.FieldViolations.Add(request.FieldViolations.Select(
                    violation => new FieldViolation { Field = violation.Field, Description = violation.Description }));
            }
        }

        return error.ToByteArray();
    }
}
