namespace Restate.Sdk.Client;

/// <summary>A service as the admin API describes it: its newest revision.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type"><c>Service</c>, <c>VirtualObject</c> or <c>Workflow</c>.</param>
/// <param name="Revision">Counts up with each registration.</param>
/// <param name="DeploymentId">The deployment that serves new invocations.</param>
/// <param name="IsPublic">False when the ingress hides it.</param>
/// <param name="Documentation">Its documentation.</param>
/// <param name="Metadata">Its metadata.</param>
/// <param name="Handlers">Its handlers.</param>
public sealed record ServiceInfo(
    string Name,
    string Type,
    int Revision,
    string DeploymentId,
    bool IsPublic,
    string? Documentation,
    IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyList<HandlerInfo> Handlers);

/// <summary>A handler as the admin API describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type"><c>Exclusive</c>, <c>Shared</c> or <c>Workflow</c>; null for a plain service's.</param>
/// <param name="IsPublic">False when the ingress hides it.</param>
/// <param name="Documentation">Its documentation.</param>
/// <param name="Metadata">Its metadata.</param>
public sealed record HandlerInfo(
    string Name,
    string? Type,
    bool IsPublic,
    string? Documentation,
    IReadOnlyDictionary<string, string> Metadata);
