using System.IO.Compression;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Machines.Schema;

/// <summary>The descriptor set that a machine publishes in its service's metadata, from which the gateway learns its typed service.</summary>
internal static class PublishedSchema
{
    /// <summary>The metadata's key.</summary>
    public const string MetadataKey = "machines.v1.descriptors";

    /// <summary>The file and all that it imports as a <c>google.protobuf.FileDescriptorSet</c>: gzip, then base64.</summary>
    public static string Encode(FileDescriptor file)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            using var set = new CodedOutputStream(gzip, leaveOpen: true);
            foreach (var dependency in WithImports(file, []))
            {
                // FileDescriptorSet { repeated FileDescriptorProto file = 1; }
                set.WriteTag(1, WireFormat.WireType.LengthDelimited);
                set.WriteBytes(dependency.SerializedData);
            }
        }

        return Convert.ToBase64String(compressed.ToArray());
    }

    private static IEnumerable<FileDescriptor> WithImports(FileDescriptor file, HashSet<string> seen) =>
        seen.Add(file.Name) ? file.Dependencies.SelectMany(dependency => WithImports(dependency, seen)).Append(file) : [];
}
