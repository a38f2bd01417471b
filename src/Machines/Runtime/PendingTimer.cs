namespace Machines.Runtime;

/// <summary>An event on its way through a delay.</summary>
/// <param name="Token">What its delivery must show.</param>
/// <param name="Actor">Who sent it; null once another timer took its name over.</param>
/// <param name="Id">The name that it can be cancelled by; null likewise.</param>
internal sealed record PendingTimer(string Token, string? Actor, string? Id);
