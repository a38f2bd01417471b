using System.Buffers;
using System.Text.Json;
using Gateway.Binding;
using Gateway.Security;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Machines.V1;
using Rpc;
using Rpc.Json;

namespace Gateway.Upstream;

/// <summary>Turns an rpc's request message into the JSON that the machine's handler takes, and refuses what it could not take.</summary>
internal sealed class RequestReader(JsonTranscoder transcoder, RequestLimits limits)
{
    /// <exception cref="RpcException">INVALID_ARGUMENT: the bytes are no such message.</exception>
    public static RequestFields ReadFields(MachineMethod method, in ReadOnlySequence<byte> message)
    {
        try
        {
            return RequestFields.Read(method, message);
        }
        catch (TranscodingException e)
        {
            throw Malformed(method, e);
        }
    }

    /// <exception cref="RpcException">INVALID_ARGUMENT, naming the field that is wrong.</exception>
    public MachineRequest Read(MachineMethod method, RequestFields fields)
    {
        if (method.Object.Length == 0)
            throw RestateErrors.InvalidArgument(method, null, "INVALID_MACHINE", "machine", "must not be empty; it names the machine");
        limits.CheckKey(method, fields.Key);
        if (fields.IdempotencyKey is { } idempotencyKey)
            limits.CheckIdempotencyKey(method, fields.Key, idempotencyKey);

        try
        {
            var isWait = method.Verb == Verb.WaitFor;
            var condition = isWait ? ConditionOf(method, fields) : null;
            var timeout = isWait ? limits.WaitTimeout(method, fields.Key, TimeoutOf(method, fields)) : null;
            return new MachineRequest(fields.Key, fields.IdempotencyKey, Body(method, fields, condition, timeout), VerbsOf(method, fields))
            {
                HasEvent = fields.Event is not null,
                Condition = condition,
                Timeout = timeout,
                IncludeChanges = fields.IncludeChanges,
                AfterRevision = fields.AfterRevision,
            };
        }
        catch (Exception e) when (e is TranscodingException or InvalidProtocolBufferException)
        {
            throw Malformed(method, e);
        }
    }

    /// <summary>Writes what is to be waited for, and for how long at most.</summary>
    public static void WriteWait(Utf8JsonWriter json, string condition, TimeSpan? timeout)
    {
        json.WriteString("condition", condition);
        if (timeout is { } limit)
            json.WriteNumber("timeout", (long)limit.TotalMilliseconds);
    }

    private static MachineVerb[] VerbsOf(MachineMethod method, RequestFields fields) => method.Verb switch
    {
        Verb.Create when fields.IfExists == IfExists.Reset => [MachineVerb.Create, MachineVerb.Dispose],
        Verb.Create when fields.IfExists == IfExists.Return => [MachineVerb.Create, MachineVerb.Snapshot],
        Verb.Create => [MachineVerb.Create],
        Verb.Send or Verb.SendStream or Verb.Event => [MachineVerb.Send],
        Verb.Snapshot => [MachineVerb.Snapshot],
        Verb.WaitFor =>
        [
            MachineVerb.WaitFor,
            .. fields.Event is null ? ReadOnlySpan<MachineVerb>.Empty : [MachineVerb.Send],
            .. fields.IncludeChanges ? [MachineVerb.Watch] : ReadOnlySpan<MachineVerb>.Empty,
        ],
        Verb.Watch => [MachineVerb.Watch],
        Verb.Dispose => [MachineVerb.Dispose],
        var other => throw new InvalidOperationException($"Nobody has said who may {other}."),
    };

    private static RpcException Malformed(MachineMethod method, Exception e) =>
        RestateErrors.Refused(
            StatusCode.InvalidArgument, "INVALID_REQUEST", $"The request is not a valid {method.Request.Message.FullName}: {e.Message}", method.Object, null);

    private ReadOnlyMemory<byte> Body(MachineMethod method, RequestFields fields, string? condition, TimeSpan? timeout)
    {
        if (method.Verb is Verb.Snapshot or Verb.Watch or Verb.Dispose)
            return default;

        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        switch (method.Verb)
        {
            case Verb.Create:
                WriteCreate(json, method, fields);
                break;
            case Verb.Event:
                WriteEvent(json, method, fields.Key, method.EventType!, method.Request.Message, fields.Rest, null);
                break;
            case Verb.Send or Verb.SendStream:
                WriteEventField(json, method, fields.Key, fields.Event ?? default);
                break;
            case Verb.WaitFor:
                WriteWaitFor(json, method, fields, condition!, timeout);
                break;
        }

        json.WriteEndObject();
        json.Flush();
        return body.WrittenMemory;
    }

    private void WriteCreate(Utf8JsonWriter json, MachineMethod method, RequestFields fields)
    {
        var ifExists = fields.IfExists switch
        {
            IfExists.Unspecified or IfExists.Fail => "fail",
            IfExists.Return => "return",
            IfExists.Reset => "reset",
            var other => throw RestateErrors.InvalidArgument(
                method, fields.Key, "INVALID_INPUT", "if_exists", RestateErrors.UnknownValue(method.Request.IfExists!.EnumType, (int)other)),
        };
        json.WriteString("ifExists", ifExists);
        if (fields.Input is { } input)
            WriteMessage(json, method, fields.Key, "INVALID_INPUT", "input", method.Request.Input!.MessageType, input);
    }

    private void WriteWaitFor(Utf8JsonWriter json, MachineMethod method, RequestFields fields, string condition, TimeSpan? timeout)
    {
        WriteWait(json, condition, timeout);
        if (fields.Event is { } @event)
            WriteEventField(json, method, fields.Key, @event);
    }

    private static TimeSpan? TimeoutOf(MachineMethod method, RequestFields fields)
    {
        if (fields.Timeout is not { } bytes)
            return null;

        var duration = Duration.Parser.ParseFrom(bytes);
        if (duration.Seconds < 0 || duration.Nanos < 0)
            throw RestateErrors.InvalidArgument(method, fields.Key, "INVALID_CONDITION", "timeout", "must not be negative");
        if (duration.Seconds > Duration.MaxSeconds || duration.Nanos > 999_999_999)
            throw RestateErrors.InvalidArgument(method, fields.Key, "INVALID_CONDITION", "timeout", "is not a valid duration");
        return duration.ToTimeSpan();
    }

    private static string ConditionOf(MachineMethod method, RequestFields fields)
    {
        var condition = fields.Condition is { } bytes ? Condition.Parser.ParseFrom(bytes) : new Condition();
        return condition switch
        {
            { ConditionCase: Condition.ConditionOneofCase.Done, Done: true } => "done",
            { ConditionCase: Condition.ConditionOneofCase.HasTag, HasTag.Length: > 0 } => $"hasTag:{condition.HasTag}",
            { ConditionCase: Condition.ConditionOneofCase.Matches, Matches.Length: > 0 } => $"matches:{condition.Matches}",
            { ConditionCase: Condition.ConditionOneofCase.AfterRevision } => $"revision:{condition.AfterRevision}",
            { ConditionCase: Condition.ConditionOneofCase.Done } => throw Invalid("condition.done", "must be true; leave it out to wait for something else"),
            { ConditionCase: Condition.ConditionOneofCase.HasTag } => throw Invalid("condition.has_tag", "must name a tag"),
            { ConditionCase: Condition.ConditionOneofCase.Matches } => throw Invalid("condition.matches", "must name a state as a dotted path"),
            _ => throw Invalid("condition", "is required: set one of done, has_tag, matches, after_revision"),
        };

        RpcException Invalid(string field, string description) =>
            RestateErrors.InvalidArgument(method, fields.Key, "INVALID_CONDITION", field, description);
    }

    private void WriteEventField(Utf8JsonWriter json, MachineMethod method, string key, in ReadOnlySequence<byte> message)
    {
        if (method.Request.EventShape is { } events)
            WriteEventOneof(json, method, events, key, message);
        else
            WriteUntypedEvent(json, method, key, message);
    }

    private void WriteUntypedEvent(Utf8JsonWriter json, MachineMethod method, string key, in ReadOnlySequence<byte> message)
    {
        if (Struct.Parser.ParseFrom(message).Fields.GetValueOrDefault("type") is not { StringValue.Length: > 0 })
            throw RestateErrors.InvalidArgument(method, key, "INVALID_EVENT", "event.type", "is required: a string, the event's type");

        WriteMessage(json, method, key, "INVALID_EVENT", "event", Struct.Descriptor, message);
    }

    /// <summary>Writes the member of the oneof that is set: the last on the wire, with what it had before merged, as a parser would.</summary>
    private void WriteEventOneof(Utf8JsonWriter json, MachineMethod method, EventShape events, string key, in ReadOnlySequence<byte> message)
    {
        EventMember? member = null;
        ReadOnlySequence<byte> value = default;
        var reader = new WireReader(message);
        while (reader.Read())
        {
            if (reader.WireType != WireFormat.WireType.LengthDelimited || events.Find(reader.FieldNumber) is not { } found)
                continue;

            value = found == member ? RequestFields.Merge(value, reader.Value) : reader.Value;
            member = found;
        }

        if (member is null)
        {
            var names = string.Join(", ", events.Members.Select(known => known.Field.Name));
            throw RestateErrors.InvalidArgument(method, key, "INVALID_EVENT", "event", $"is required: set one of {names}");
        }

        WriteEvent(json, method, key, member.Type, member.Field.MessageType, value, member.Field.Name);
    }

    private void WriteEvent(
        Utf8JsonWriter json, MachineMethod method, string key, string type, MessageDescriptor message, in ReadOnlySequence<byte> fields, string? member)
    {
        json.WriteStartObject("event");
        json.WriteString("type", type);
        try
        {
            transcoder.WriteJsonFields(message, fields, json);
        }
        catch (TranscodingException e)
        {
            throw Misfit(method, key, "INVALID_EVENT", member is null ? "event" : $"event.{member}", e);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes a message field as a property of its name.</summary>
    private void WriteMessage(
        Utf8JsonWriter json, MachineMethod method, string key, string reason, string field, MessageDescriptor type, in ReadOnlySequence<byte> message)
    {
        json.WritePropertyName(field);
        try
        {
            transcoder.WriteJson(type, message, json);
        }
        catch (TranscodingException e)
        {
            throw Misfit(method, key, reason, field, e);
        }
    }

    private static RpcException Misfit(MachineMethod method, string key, string reason, string field, TranscodingException e) =>
        RestateErrors.InvalidArgument(method, key, reason, e.Path.Length == 0 ? field : $"{field}.{e.Path}", e.Reason);
}
