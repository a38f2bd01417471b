using Google.Protobuf.Reflection;
using Machines.V1;
using Statecharts;

namespace Machines.Schema;

/// <summary>
/// What a machine and a typed service must agree on by name, however the machine was defined. The <c>machines</c> tool is compiled with it too.
/// </summary>
internal static class ServiceRules
{
    public static bool IsFor(ServiceDescriptor service, string machine) => service.GetOptions()?.GetExtension(AnnotationsExtensions.Object) == machine;

    public static IEnumerable<string> Mismatches(StateMachine machine, ServiceDescriptor service) =>
        service.Methods.SelectMany(method => Mismatches(machine, method, EventsOf(service))).Distinct();

    /// <param name="machine">The machine.</param>
    /// <param name="method">One of the service's rpcs.</param>
    /// <param name="events">The message with all the machine's events; null when there is none.</param>
    public static IEnumerable<string> Mismatches(StateMachine machine, MethodDescriptor method, MessageDescriptor? events)
    {
        if (EventOf(method) is { } taken)
        {
            foreach (var problem in EventMismatches(machine, taken))
                yield return problem;
        }

        if (ProtoVerbs.Of(method) == Verb.Event && events is not null)
        {
            foreach (var problem in EventRpcMismatches(method, events))
                yield return problem;
        }

        foreach (var problem in StateMismatches(machine, method.OutputType))
            yield return problem;
    }

    /// <summary>The message with all the events that a service takes; null when none of its rpcs takes them.</summary>
    public static MessageDescriptor? EventsOf(ServiceDescriptor service) => service.Methods.Select(EventOf).FirstOrDefault(events => events is not null);

    public static MessageDescriptor? EventOf(MethodDescriptor method) =>
        method.InputType.FindFieldByName("event") is { FieldType: FieldType.Message } events ? events.MessageType : null;

    private static IEnumerable<string> EventMismatches(StateMachine machine, MessageDescriptor events)
    {
        var handled = machine.States.SelectMany(state => state.Transitions).Select(transition => transition.EventType)
            .Where(type => !type.EndsWith('*') && !type.StartsWith("xstate.", StringComparison.Ordinal)).Distinct();
        var (members, problem) = MembersOf(events);
        return problem is not null
            ? [problem]
            : handled.Where(type => !members.ContainsKey(type)).Select(type => $"the event '{type}' is no member of {events.FullName}.");
    }

    private static IEnumerable<string> EventRpcMismatches(MethodDescriptor method, MessageDescriptor events)
    {
        var type = ProtoNames.EventType(method.Name);
        if (!MembersOf(events).Members.TryGetValue(type, out var message))
        {
            yield return $"the rpc {method.FullName} is the event '{type}', which is not in {events.FullName}; rename it, or set its option machines.v1.verb.";
            yield break;
        }

        foreach (var field in method.InputType.Fields.InDeclarationOrder().Where(field => field.Name is not ("key" or "idempotency_key")))
        {
            if (message.Fields.InDeclarationOrder().All(known => known.JsonName != field.JsonName))
                yield return $"{field.FullName} is no field of the event {message.FullName}.";
        }
    }

    private static (IReadOnlyDictionary<string, MessageDescriptor> Members, string? Problem) MembersOf(MessageDescriptor events)
    {
        try
        {
            return (EventOneof.Of(events), null);
        }
        catch (ArgumentException e)
        {
            return (new Dictionary<string, MessageDescriptor>(), e.Message);
        }
    }

    private static IEnumerable<string> StateMismatches(StateMachine machine, MessageDescriptor snapshot)
    {
        if (snapshot.FindFieldByName("info") is null || snapshot.FindFieldByName("states") is not { FieldType: FieldType.Enum } states)
            return [];

        var named = ProtoStates.Of(states.EnumType).Values.ToHashSet(StringComparer.Ordinal);
        return machine.States
            .Where(state => state.Parent is not null && state.Kind != StateNodeKind.History && !named.Contains(state.Key))
            .Select(state => $"the state '{state.Path}' is no value of {states.EnumType.FullName}.");
    }
}
