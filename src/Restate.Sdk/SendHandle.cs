namespace Restate.Sdk;

/// <summary>A one-way call that was made.</summary>
/// <param name="InvocationId">The callee's invocation id, known as soon as the call is stored.</param>
public sealed record SendHandle(DurableFuture<string> InvocationId);
