using Google.Protobuf.Reflection;

namespace Rpc.Internal;

/// <summary>What a path leads to.</summary>
/// <param name="Service">The service.</param>
/// <param name="Method">The method.</param>
/// <param name="Descriptor">The method's descriptor, where the service came with one that declares it.</param>
internal sealed record Route(RpcService Service, RpcMethod Method, MethodDescriptor? Descriptor);
