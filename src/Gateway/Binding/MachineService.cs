using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Gateway.Binding;

/// <summary>A service whose options bind it to a machine, with the rpcs that can be served.</summary>
internal sealed record MachineService(string Object, ServiceDescriptor Descriptor, IReadOnlyList<MachineMethod> Methods);
