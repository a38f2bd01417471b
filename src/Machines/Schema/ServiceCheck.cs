using Google.Protobuf;
using Google.Protobuf.Reflection;
using Machines.V1;
using Statecharts;

namespace Machines.Schema;

/// <summary>Compares machines with the typed services that their proto files declare for them.</summary>
internal static class ServiceCheck
{
    /// <exception cref="InvalidOperationException">Some do not fit; the message lists everything.</exception>
    public static void Run(params IEnumerable<DurableMachine> machines)
    {
        var problems = machines.Select(Problems).Where(problems => problems is not null).ToArray();
        if (problems.Length > 0)
            throw new InvalidOperationException(string.Join(Environment.NewLine, problems));
    }

    /// <returns>The proto file with the machine's events, if it declares services, but none for the machine; else null.</returns>
    public static string? FileWithoutService(DurableMachine machine) =>
        machine.SchemaFile is { Services.Count: > 0 } file && !file.Services.Any(service => ServiceRules.IsFor(service, machine.Name)) ? file.Name : null;

    private static string? Problems(DurableMachine machine)
    {
        ServiceDescriptor[] services = [.. machine.SchemaFile?.Services.Where(service => ServiceRules.IsFor(service, machine.Name)) ?? []];
        string[] mismatches = services.Length == 0 && machine.Schema is { } schema
            ? [$"{schema.Name} declares none for it: set the option machines.v1.object of a service to '{machine.Name}'."]
            : [.. services.SelectMany(service => Mismatches(machine, service)).Distinct()];
        return mismatches.Length == 0
            ? null
            : $"Machine '{machine.Name}' does not fit its service:{Environment.NewLine}- {string.Join($"{Environment.NewLine}- ", mismatches)}";
    }

    private static IEnumerable<string> Mismatches(DurableMachine machine, ServiceDescriptor service)
    {
        // New instances run on the latest definition, and older ones on each of them.
        var latest = service.Methods.Where(method => ProtoVerbs.Of(method) == Verb.Create).SelectMany(method => InputMismatches(machine, method.InputType))
            .Concat(Mismatches(machine.Machine, service)).ToArray();
        var earlier = machine.Versions.Where(version => version != machine.Machine).SelectMany(version =>
            Mismatches(version, service).Except(latest).Select(mismatch => $"version '{version.Id}': {mismatch}"));
        return [.. latest, .. earlier];
    }

    private static IEnumerable<string> InputMismatches(DurableMachine machine, MessageDescriptor request)
    {
        var input = request.FindFieldByName("input");
        if (input is null && machine.Machine.InputType is { } missing)
            yield return $"{request.FullName} has no field 'input', but the machine's input is {NameOf(missing)}.";
        else if (input is not null && machine.TakesNoInput)
            yield return $"{input.FullName} is of no use, because the machine takes no input.";
        else if (input is { FieldType: FieldType.Message } && machine.Machine.InputType is { } type && Differs(input, type))
            yield return $"{input.FullName} is {input.MessageType.FullName}, but the machine's input is {NameOf(type)}.";
    }

    private static IEnumerable<string> Mismatches(StateMachine machine, ServiceDescriptor service)
    {
        foreach (var method in service.Methods)
        {
            if (ServiceRules.EventOf(method) is { } events && machine.DataModel is ProtobufDataModel model && model.Events.FullName != events.FullName)
                yield return $"the service takes the events of {events.FullName}, but the machine is defined with those of {model.Events.FullName}.";

            foreach (var problem in SnapshotMismatches(machine, method.OutputType))
                yield return problem;
            foreach (var problem in ServiceRules.Mismatches(machine, method, (machine.DataModel as ProtobufDataModel)?.Events ?? ServiceRules.EventsOf(service)))
                yield return problem;
        }
    }

    private static IEnumerable<string> SnapshotMismatches(StateMachine machine, MessageDescriptor snapshot)
    {
        if (snapshot.FindFieldByName("info") is null)
            yield break;
        if (snapshot.FindFieldByName("context") is { FieldType: FieldType.Message } context && machine.ContextType is { } contextType && Differs(context, contextType))
            yield return $"{context.FullName} is {context.MessageType.FullName}, but the machine's context is {NameOf(contextType)}.";
        if (snapshot.FindFieldByName("output") is { FieldType: FieldType.Message } output && machine.OutputType is { } outputType && Differs(output, outputType))
            yield return $"{output.FullName} is {output.MessageType.FullName}, but the machine's output is {NameOf(outputType)}.";
    }

    private static bool Differs(FieldDescriptor field, Type type) => field.MessageType.ClrType is { } declared && declared != type;

    private static string NameOf(Type type) =>
        typeof(IMessage).IsAssignableFrom(type) ? DescriptorOf(type).FullName : type.Name;

    private static MessageDescriptor DescriptorOf(Type message) => ((IMessage)Activator.CreateInstance(message)!).Descriptor;
}
