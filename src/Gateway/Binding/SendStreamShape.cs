using Google.Protobuf.Reflection;
using Machines.V1;

namespace Gateway.Binding;

/// <summary>
/// A SendStream response: <c>string idempotency_key</c>, which says what is answered, and a snapshot message <c>snapshot</c> or a
/// <c>machines.v1.SendError error</c>.
/// </summary>
internal sealed record SendStreamShape(FieldDescriptor IdempotencyKey, FieldDescriptor SnapshotField, FieldDescriptor Error, SnapshotShape Snapshot)
{
    /// <summary>Reads the shape off <paramref name="message"/>; null, with a reason, when it is not a SendStream response.</summary>
    /// <param name="message">The response.</param>
    /// <param name="request">The request, which must have an <c>idempotency_key</c> of its own for each event.</param>
    /// <param name="problem">The reason.</param>
    public static SendStreamShape? Of(MessageDescriptor message, RequestShape request, out string? problem)
    {
        if (request.IdempotencyKey is null)
        {
            problem = $"{request.Message.FullName} needs a field 'string idempotency_key', with which an event is sent again after a broken stream";
            return null;
        }

        if (message.FindFieldByName("idempotency_key") is not { FieldType: FieldType.String, IsRepeated: false } idempotencyKey)
        {
            problem = $"{message.FullName} is not a SendStream response: it needs a field 'string idempotency_key', which says what is answered";
            return null;
        }

        if (message.FindFieldByName("error") is not { } error || !error.IsMessage(SendError.Descriptor))
        {
            problem = $"{message.FullName} is not a SendStream response: it needs a field 'machines.v1.SendError error'";
            return null;
        }

        if (message.FindFieldByName("snapshot") is not { FieldType: FieldType.Message, IsRepeated: false } field)
        {
            problem = $"{message.FullName} is not a SendStream response: it needs a field 'snapshot' with the snapshot message";
            return null;
        }

        var snapshot = SnapshotShape.Of(field.MessageType, out problem);
        return snapshot is null ? null : new SendStreamShape(idempotencyKey, field, error, snapshot);
    }
}
