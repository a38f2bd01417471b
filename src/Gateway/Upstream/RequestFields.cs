using System.Buffers;
using Gateway.Binding;
using Google.Protobuf;
using Machines.V1;
using Rpc.Json;

namespace Gateway.Upstream;

/// <summary>The fields of a request that the gateway knows, as they came over the wire.</summary>
internal sealed class RequestFields
{
    private readonly ArrayBufferWriter<byte> _rest = new();

    private RequestFields()
    {
    }

    public string Machine { get; private set; } = "";

    public string Key { get; private set; } = "";

    public string? IdempotencyKey { get; private set; }

    public ReadOnlySequence<byte>? Event { get; private set; }

    public ReadOnlySequence<byte>? Input { get; private set; }

    public ReadOnlySequence<byte>? Condition { get; private set; }

    public ReadOnlySequence<byte>? Timeout { get; private set; }

    public IfExists IfExists { get; private set; }

    public bool IncludeChanges { get; private set; }

    public ulong? AfterRevision { get; private set; }

    /// <summary>The fields of an rpc that is itself an event.</summary>
    public ReadOnlySequence<byte> Rest => new(_rest.WrittenMemory);

    /// <exception cref="TranscodingException">The bytes are not a message.</exception>
    public static RequestFields Read(MachineMethod method, in ReadOnlySequence<byte> message)
    {
        var fields = new RequestFields();
        var shape = method.Request;
        var reader = new WireReader(message);
        while (reader.Read())
        {
            var number = reader.FieldNumber;
            if (reader.WireType == WireFormat.WireType.Varint && number == shape.IfExists?.FieldNumber)
                fields.IfExists = (IfExists)(int)reader.Number;
            else if (reader.WireType == WireFormat.WireType.Varint && number == shape.IncludeChanges?.FieldNumber)
                fields.IncludeChanges = reader.Number != 0;
            else if (reader.WireType == WireFormat.WireType.Varint && number == shape.AfterRevision?.FieldNumber)
                fields.AfterRevision = reader.Number;
            else if (reader.WireType != WireFormat.WireType.LengthDelimited)
                fields.AddToRest(method, reader);
            else if (number == shape.Key.FieldNumber)
                fields.Key = reader.GetString();
            else if (number == shape.Machine?.FieldNumber)
                fields.Machine = reader.GetString();
            else if (number == shape.IdempotencyKey?.FieldNumber)
                fields.IdempotencyKey = reader.GetString() is { Length: > 0 } key ? key : null;
            else if (number == shape.Event?.FieldNumber)
                fields.Event = Merge(fields.Event, reader.Value);
            else if (number == shape.Input?.FieldNumber)
                fields.Input = Merge(fields.Input, reader.Value);
            else if (number == shape.Condition?.FieldNumber)
                fields.Condition = Merge(fields.Condition, reader.Value);
            else if (number == shape.Timeout?.FieldNumber)
                fields.Timeout = Merge(fields.Timeout, reader.Value);
            else
                fields.AddToRest(method, reader);
        }

        return fields;
    }

    /// <summary>A message field that comes twice is merged, which on the wire is to be one after the other (protobuf, Encoding).</summary>
    public static ReadOnlySequence<byte> Merge(in ReadOnlySequence<byte>? first, in ReadOnlySequence<byte> second) =>
        first is { IsEmpty: false } before ? new ReadOnlySequence<byte>([.. before.ToArray(), .. second.ToArray()]) : second;

    private void AddToRest(MachineMethod method, in WireReader reader)
    {
        if (method.Verb != Verb.Event)
            return;

        foreach (var segment in reader.Field)
            _rest.Write(segment.Span);
    }
}
