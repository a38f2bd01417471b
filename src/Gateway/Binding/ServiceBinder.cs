using Google.Protobuf.Reflection;
using Machines.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

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

    /// <summary>Binds the generic service, whose requests name the machine; its rpcs that are about no instance are left out.</summary>
    public static MachineService BindGeneric(ServiceDescriptor service) => new("", service, [.. service.Methods
        .Where(method => ProtoVerbs.Of(method) != Verb.Event)
        .Select(method => Bind("", method, out var problem) ?? throw new InvalidOperationException($"{method.FullName}: {problem}"))
        .Select(method => method with { Request = method.Request with { Machine = method.Method.InputType.FindFieldByName("machine") } })]);

    private static MachineMethod? Bind(string objectName, MethodDescriptor method, out string? problem)
    {
        var verb = ProtoVerbs.Of(method);
        if (!Enum.IsDefined(verb))
        {
            problem = $"has the verb {(int)verb}, which this gateway does not know: update the gateway";
            return null;
        }

        if (!StreamsFit(method, verb, out problem))
            return null;

        var request = RequestShape.Of(method.InputType, verb, out problem);
        if (request is null)
            return null;

        var bound = new MachineMethod(objectName, method, verb, request);
        switch (verb)
        {
            case Verb.WaitFor:
                var waitFor = WaitForShape.Of(method.OutputType, request, out problem);
                return waitFor is null ? null : bound with { WaitFor = waitFor };
            case Verb.Watch:
                var watch = WatchShape.Of(method.OutputType, out problem);
                return watch is null ? null : bound with { Watch = watch };
            case Verb.SendStream:
                var sendStream = SendStreamShape.Of(method.OutputType, request, out problem);
                return sendStream is null ? null : bound with { SendStream = sendStream };
            case Verb.Dispose:
                return bound;
            default:
                var snapshot = SnapshotShape.Of(method.OutputType, out problem);
                return snapshot is null ? null : bound with
                {
                    Snapshot = snapshot,
                    EventType = verb == Verb.Event ? ProtoNames.EventType(method.Name) : null,
                };
        }
    }

    private static bool StreamsFit(MethodDescriptor method, Verb verb, out string? problem)
    {
        string request = method.InputType.Name, response = method.OutputType.Name;
        (var clientStreams, var serverStreams, var declaration) = verb switch
        {
            Verb.WaitFor or Verb.Watch => (false, true, $"answers with a stream and takes a single request: declare it 'rpc {method.Name}({request}) returns (stream {response})'"),
            Verb.SendStream => (true, true, $"streams both ways: declare it 'rpc {method.Name}(stream {request}) returns (stream {response})'"),
            _ => (false, false, $"is unary: declare it 'rpc {method.Name}({request}) returns ({response})'"),
        };
        problem = method.IsClientStreaming == clientStreams && method.IsServerStreaming == serverStreams ? null : $"a {verb} {declaration}";
        return problem is null;
    }
}
