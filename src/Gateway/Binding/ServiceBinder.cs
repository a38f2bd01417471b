using Google.Protobuf.Reflection;
using Machines.V1;

namespace Gateway.Binding;

/// <summary>Finds the services that are bound to machines, and the shapes of their rpcs.</summary>
internal static class ServiceBinder
{
    /// <summary>Binds every annotated service of <paramref name="files"/>. An rpc that does not fit is reported and left out; the others are served.</summary>
    public static IReadOnlyList<MachineService> Bind(IEnumerable<FileDescriptor> files, ICollection<BindingProblem> problems)
    {
        var services = new List<MachineService>();
        foreach (var service in files.SelectMany(file => file.Services))
        {
            var objectName = service.GetOptions()?.GetExtension(AnnotationsExtensions.Object) ?? "";
            if (objectName.Length == 0)
                continue;

            var methods = new List<MachineMethod>();
            foreach (var method in service.Methods)
            {
                if (Bind(objectName, method, out var problem) is { } bound)
                {
                    methods.Add(bound);
                }
                else
                {
                    problems.Add(new BindingProblem(service.File.Name, method.FullName, problem!));
                }
            }

            services.Add(new MachineService(objectName, service, methods));
        }

        return services;
    }

    private static MachineMethod? Bind(string objectName, MethodDescriptor method, out string? problem)
    {
        var verb = VerbOf(method);
        var serverStreaming = verb is Verb.WaitFor or Verb.Watch;
        if (method.IsClientStreaming || method.IsServerStreaming != serverStreaming)
        {
            problem = serverStreaming
                ? $"a {verb} answers with a stream and takes a single request: declare it 'rpc {method.Name}({method.InputType.Name}) returns (stream {method.OutputType.Name})'"
                : $"a {verb} is unary: declare it 'rpc {method.Name}({method.InputType.Name}) returns ({method.OutputType.Name})'";
            return null;
        }

        if (verb == Verb.Watch)
        {
            problem = "WATCH is not served";
            return null;
        }

        var request = RequestShape.Of(method.InputType, verb, out problem);
        if (request is null)
            return null;

        switch (verb)
        {
            case Verb.WaitFor:
                var waitFor = WaitForShape.Of(method.OutputType, out problem);
                return waitFor is null ? null : new MachineMethod(objectName, method, verb, request, null, waitFor, null);
            case Verb.Dispose:
                return new MachineMethod(objectName, method, verb, request, null, null, null);
            default:
                var snapshot = SnapshotShape.Of(method.OutputType, out problem);
                var eventType = verb == Verb.Event ? ProtoNames.EventType(method.Name) : null;
                return snapshot is null ? null : new MachineMethod(objectName, method, verb, request, snapshot, null, eventType);
        }
    }

    private static Verb VerbOf(MethodDescriptor method)
    {
        var annotated = method.GetOptions()?.GetExtension(AnnotationsExtensions.Verb) ?? Verb.Unspecified;
        return annotated != Verb.Unspecified
            ? annotated
            : method.Name switch
            {
                "Create" => Verb.Create,
                "Send" => Verb.Send,
                "GetSnapshot" or "Snapshot" => Verb.Snapshot,
                "WaitFor" => Verb.WaitFor,
                "Watch" => Verb.Watch,
                "Dispose" => Verb.Dispose,
                _ => Verb.Event,
            };
    }
}
