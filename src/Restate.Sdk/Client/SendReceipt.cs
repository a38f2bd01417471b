namespace Restate.Sdk.Client;

/// <summary>The server's word that it stored an invocation.</summary>
/// <param name="InvocationId">The invocation's id, to attach to or to cancel.</param>
/// <param name="PreviouslyAccepted">True when the idempotency key was known: this is the earlier invocation.</param>
public sealed record SendReceipt(string InvocationId, bool PreviouslyAccepted);
