namespace Machines.Runtime;

/// <summary>A promise that runs.</summary>
/// <param name="Token">What its result must show.</param>
/// <param name="Actor">The promise's path.</param>
internal sealed record PendingPromise(string Token, string Actor);
