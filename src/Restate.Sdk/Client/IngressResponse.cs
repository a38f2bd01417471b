namespace Restate.Sdk.Client;

/// <summary>A handler's answer.</summary>
/// <param name="Body">The answer's bytes.</param>
/// <param name="InvocationId">The invocation's id, when the server gave it.</param>
/// <param name="ContentType">The answer's media type; null for an empty one.</param>
public sealed record IngressResponse(ReadOnlyMemory<byte> Body, string? InvocationId, string? ContentType);
