namespace Rpc.Tests.Fuzzing;

/// <summary>A request in one of the protocols, of which something may be wrong.</summary>
internal sealed record FuzzedRequest(string Verb, string Path, string ContentType, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body);
