using Google.Protobuf.Reflection;

namespace Gateway.Tests.Support;

/// <summary>What <c>buf build -o</c> would write.</summary>
internal static class SchemaFiles
{
    /// <summary>The files, each after all that it imports.</summary>
    public static FileDescriptorSet SetOf(params IEnumerable<FileDescriptor> files)
    {
        var set = new FileDescriptorSet();
        foreach (var file in files)
            Add(file);
        return set;

        void Add(FileDescriptor file)
        {
            if (set.File.Any(known => known.Name == file.Name))
                return;

            foreach (var dependency in file.Dependencies)
                Add(dependency);
            set.File.Add(FileDescriptorProto.Parser.ParseFrom(file.SerializedData));
        }
    }
}
