using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace Rpc.Internal;

/// <summary>
/// Where a method's own endpoint matches, leaves out the one for paths that nobody serves. It would lose anyway, but with it
/// routing has to weigh two candidates and take the path apart on every call.
/// </summary>
internal sealed class ServedMethodPolicy : MatcherPolicy, INodeBuilderPolicy
{
    public override int Order => 0;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints)
        => endpoints.Any(UnservedPath.Is) && endpoints.Any(endpoint => endpoint.Metadata.GetMetadata<RpcMethod>() is not null);

    public IReadOnlyList<PolicyNodeEdge> GetEdges(IReadOnlyList<Endpoint> endpoints)
        => [new PolicyNodeEdge(this, [.. endpoints.Where(endpoint => !UnservedPath.Is(endpoint))])];

    public PolicyJumpTable BuildJumpTable(int exitDestination, IReadOnlyList<PolicyJumpTableEdge> edges) => new OnlyEdge(edges[0].Destination);

    private sealed class OnlyEdge(int destination) : PolicyJumpTable
    {
        public override int GetDestination(HttpContext httpContext) => destination;
    }
}
