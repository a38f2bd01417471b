using Microsoft.AspNetCore.Http;

namespace Rpc.Internal;

/// <summary>Marks the endpoint for the paths that nobody serves.</summary>
internal sealed class UnservedPath
{
    public static UnservedPath Mark { get; } = new();

    public static bool Is(Endpoint endpoint) => endpoint.Metadata.GetMetadata<UnservedPath>() is not null;
}
