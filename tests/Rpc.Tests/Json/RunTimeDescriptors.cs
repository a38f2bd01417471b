using Google.Protobuf;
using Google.Protobuf.Reflection;
using Rpc.Tests.Json.Protos;

namespace Rpc.Tests.Json;

/// <summary>The test protos' descriptors as a server gets them: built at run time, with no generated types behind them.</summary>
internal static class RunTimeDescriptors
{
    private static readonly TypeRegistry Types = TypeRegistry.FromFiles(Build(EverythingReflection.Descriptor));

    public static MessageDescriptor Everything { get; } = Find("rpc.tests.json.Everything");

    public static MessageDescriptor Find(string fullName) => Resolve(fullName) ?? throw new ArgumentException($"no type {fullName}");

    public static MessageDescriptor? Resolve(string fullName) => Types.Find(fullName);

    /// <summary>New descriptors at each call.</summary>
    public static MessageDescriptor BuildEverything() =>
        TypeRegistry.FromFiles(Build(EverythingReflection.Descriptor)).Find(Everything.FullName);

    private static IReadOnlyList<FileDescriptor> Build(FileDescriptor file)
    {
        var files = new List<ByteString>();
        Add(file);
        return FileDescriptor.BuildFromByteStrings(files);

        void Add(FileDescriptor next)
        {
            foreach (var dependency in next.Dependencies)
                Add(dependency);
            if (!files.Contains(next.SerializedData))
                files.Add(next.SerializedData);
        }
    }
}
