using Google.Protobuf.Reflection;

namespace Rpc.Internal.Codecs;

/// <summary>
/// The message types in the files of the registry's services, imports included, as they are at the moment, and those of
/// <c>google/rpc/error_details.proto</c>, which no service has to import to use them.
/// </summary>
internal sealed class MessageTypes(RpcServiceRegistry registry)
{
    private Snapshot? _snapshot;

    public MessageDescriptor? Find(string fullName)
    {
        var services = registry.Services;
        if (_snapshot is not { } current || !ReferenceEquals(current.Services, services))
            _snapshot = current = new Snapshot(services, Index(services));

        return current.Types.GetValueOrDefault(fullName);
    }

    private static Dictionary<string, MessageDescriptor> Index(IEnumerable<RpcService> services)
    {
        var types = new Dictionary<string, MessageDescriptor>(StringComparer.Ordinal);
        var files = new HashSet<FileDescriptor>();
        foreach (var service in services)
        {
            if (service.Descriptor is not null)
                AddFile(service.Descriptor);
        }

        AddFile(ErrorDetails.ErrorDetailsReflection.Descriptor);
        return types;

        void AddFile(FileDescriptor file)
        {
            if (!files.Add(file))
                return;

            AddTypes(file.MessageTypes);
            foreach (var dependency in file.Dependencies)
                AddFile(dependency);
        }

        void AddTypes(IEnumerable<MessageDescriptor> messages)
        {
            foreach (var message in messages)
            {
                types.TryAdd(message.FullName, message);
                AddTypes(message.NestedTypes);
            }
        }
    }

    private sealed record Snapshot(IReadOnlyList<RpcService> Services, Dictionary<string, MessageDescriptor> Types);
}
