using Google.Protobuf.Reflection;

namespace Gateway.Descriptors;

/// <summary>Descriptors, and where they come from.</summary>
/// <param name="Name">What a reader of the log calls the source.</param>
/// <param name="Machine">The machine that publishes them; null for a file's.</param>
/// <param name="Files">The descriptors.</param>
internal sealed record DescriptorSource(string Name, string? Machine, IReadOnlyList<FileDescriptor> Files);
