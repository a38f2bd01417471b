namespace Restate.Sdk.Client;

/// <summary>Where Restate's admin API is.</summary>
public sealed record AdminOptions
{
    /// <summary>The admin API's address, such as <c>http://127.0.0.1:9070</c>.</summary>
    public Uri Address { get; init; } = new("http://127.0.0.1:9070");

    /// <summary>The token for the authorization header, as Restate Cloud wants it; null for none.</summary>
    public string? BearerToken { get; init; }

    /// <summary>Asked for the token with each request, for one that changes; takes the place of <see cref="BearerToken"/>.</summary>
    public Func<string?>? BearerTokenSource { get; init; }
}
