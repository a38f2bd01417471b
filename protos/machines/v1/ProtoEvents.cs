using Google.Protobuf.Reflection;

namespace Machines.V1;

/// <summary>
/// What the JSON of an event asks of the event's message. Part of the contract like the files beside it: compiled into the machines and
/// into the gateway, which share no assembly.
/// </summary>
internal static class ProtoEvents
{
    /// <summary>Why one of these fields cannot be an event's; null when all can.</summary>
    public static string? ProblemOf(IEnumerable<FieldDescriptor> fields) =>
        fields.FirstOrDefault(field => field.JsonName == "type") is { } field
            ? $"{field.FullName} is 'type' in JSON, which is where the event's own type goes: rename it"
            : null;
}
