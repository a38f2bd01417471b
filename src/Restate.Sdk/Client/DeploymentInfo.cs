namespace Restate.Sdk.Client;

/// <summary>A deployment as the admin API describes it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Uri">The endpoint's address; null for one that is no HTTP endpoint.</param>
/// <param name="Services">The names and revisions of its services.</param>
/// <param name="MinProtocolVersion">The oldest protocol version the endpoint speaks.</param>
/// <param name="MaxProtocolVersion">The newest.</param>
public sealed record DeploymentInfo(
    string Id,
    Uri? Uri,
    IReadOnlyDictionary<string, int> Services,
    int MinProtocolVersion,
    int MaxProtocolVersion);
