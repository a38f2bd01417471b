using Gateway.Binding;

namespace Gateway.Descriptors;

/// <summary>Chooses which service is served under a name that several sources have.</summary>
internal static class ServiceChoice
{
    /// <summary>
    /// The services of all sources, one for each name: the one that its own machine publishes, else another machine's, else a file's,
    /// which may be older. What is left out and says something else is reported.
    /// </summary>
    public static IReadOnlyList<MachineService> Of(IEnumerable<DescriptorSource> sources, IReadOnlySet<string> reserved, ICollection<BindingProblem> problems)
    {
        var candidates = sources
            .SelectMany(source => ServiceBinder.Bind(source.Files, problems), (source, service) => (Source: source, Service: service))
            .OrderBy(candidate => candidate.Source.Machine is not { } machine ? 2 : machine == candidate.Service.Object ? 0 : 1);
        var chosen = new Dictionary<string, (DescriptorSource Source, MachineService Service)>(StringComparer.Ordinal);
        foreach (var (source, service) in candidates)
        {
            var name = service.Descriptor.FullName;
            if (reserved.Contains(name))
                Report(service, "is a name of the gateway's own; give the service another, or its package");
            else if (!chosen.TryAdd(name, (source, service)) && Differ(chosen[name].Service, service))
                Report(service, $"{source.Name} describes it otherwise than {chosen[name].Source.Name}, whose description is served; bring the two in step");
        }

        return [.. chosen.Values.Select(choice => choice.Service)];

        void Report(MachineService service, string message) =>
            problems.Add(new BindingProblem(service.Descriptor.File.Name, service.Descriptor.FullName, message));
    }

    /// <summary>Descriptors of the same text are not the same bytes: compilers differ in what they leave in.</summary>
    private static bool Differ(MachineService one, MachineService other) =>
        !one.Descriptor.ToProto().Equals(other.Descriptor.ToProto())
        || BreakingChanges.Find(one.Descriptor, other.Descriptor).Count > 0
        || BreakingChanges.Find(other.Descriptor, one.Descriptor).Count > 0;
}
