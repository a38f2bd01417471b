using System.IO.Compression;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using Machines.V1;

namespace Gateway.Descriptors;

/// <summary>Reads serialized <c>google.protobuf.FileDescriptorSet</c>s.</summary>
internal static class DescriptorSets
{
    /// <summary>The key of a service's metadata under which a machine publishes its descriptor set.</summary>
    public const string MetadataKey = "machines.v1.descriptors";

    private static readonly ExtensionRegistry Annotations =
    [
        AnnotationsExtensions.Object,
        AnnotationsExtensions.Verb,
        AnnotationsExtensions.EventType,
        AnnotationsExtensions.State,
    ];

    /// <summary>Builds the files of a set, dependencies first, as <c>buf build</c> and <c>protoc --include_imports</c> write them.</summary>
    /// <exception cref="InvalidDataException">The bytes are no descriptor set, or it is empty, or an import is missing from it.</exception>
    public static IReadOnlyList<FileDescriptor> Read(byte[] set)
    {
        try
        {
            var files = Sorted(FileDescriptorSet.Parser.ParseFrom(set).File);

            // Nobody means that: it is what a file holds that is just being written.
            if (files.Count == 0)
                throw new InvalidDataException("the descriptor set is empty");

            var linked = FileDescriptor.BuildFromByteStrings(files.Select(file => file.ToByteString()), Annotations);
            foreach (var message in linked.SelectMany(file => file.MessageTypes))
                CheckMaps(message);
            return linked;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"not a google.protobuf.FileDescriptorSet: {e.Message}", e);
        }
        catch (Exception e) when (e is not InvalidDataException)
        {
            // Where a descriptor makes no sense protobuf fails with all sorts of exceptions.
            throw new InvalidDataException($"the descriptor set cannot be linked: {e.Message}", e);
        }
    }

    /// <summary>Builds the files that a machine published: a set, gzip, then base64.</summary>
    /// <exception cref="InvalidDataException">The value is not that.</exception>
    public static IReadOnlyList<FileDescriptor> ReadMetadata(string value) => Read(Decode(value));

    /// <summary>The set that a machine published.</summary>
    /// <exception cref="InvalidDataException">The value is not that.</exception>
    public static byte[] Decode(string value)
    {
        try
        {
            using var compressed = new MemoryStream(Convert.FromBase64String(value));
            using var gzip = new GZipStream(compressed, CompressionMode.Decompress);
            using var set = new MemoryStream();
            gzip.CopyTo(set);
            return set.ToArray();
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"not base64: {e.Message}", e);
        }
    }

    /// <summary>Protobuf links a map that has no keys or no values, and fails when somebody uses it.</summary>
    private static void CheckMaps(MessageDescriptor message)
    {
        if (message.GetOptions()?.MapEntry == true && (message.FindFieldByNumber(1) is null || message.FindFieldByNumber(2) is null))
            throw new InvalidDataException($"the descriptor set cannot be linked: {message.FullName} has no key or no value");
        foreach (var nested in message.NestedTypes)
            CheckMaps(nested);
    }

    private static List<FileDescriptorProto> Sorted(RepeatedField<FileDescriptorProto> files)
    {
        var byName = files.ToDictionary(file => file.Name);
        var sorted = new List<FileDescriptorProto>(files.Count);
        var visited = new HashSet<string>();
        foreach (var file in files)
            Visit(file);

        return sorted;

        void Visit(FileDescriptorProto file)
        {
            if (!visited.Add(file.Name))
                return;

            foreach (var dependency in file.Dependency)
            {
                Visit(byName.TryGetValue(dependency, out var found)
                    ? found
                    : throw new InvalidDataException($"{file.Name} imports {dependency}, which the descriptor set lacks: write it with its imports (buf build does)"));
            }

            sorted.Add(file);
        }
    }
}
