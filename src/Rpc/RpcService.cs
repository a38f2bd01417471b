using Google.Protobuf.Reflection;

namespace Rpc;

/// <summary>A service: a full name and the methods under it.</summary>
/// <param name="FullName">The name with its package, <c>package.Service</c>; the first part of each method's path.</param>
/// <param name="Methods">The methods, each with a name of its own.</param>
/// <param name="Descriptor">
/// The file that declares the service. Reflection serves it and everything it imports, and the JSON codec finds the message
/// types in it. Without it the service is reached with protobuf messages only, by clients that have its schema.
/// </param>
public sealed record RpcService(string FullName, IReadOnlyList<RpcMethod> Methods, FileDescriptor? Descriptor);
