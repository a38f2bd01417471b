namespace Gateway.Security;

/// <summary>Which caller may do what with which instances.</summary>
public sealed class GatewayAuthorizationOptions
{
    /// <summary>
    /// What is allowed. With no rule, every caller who gets in may do everything; with one or more, nothing that no rule allows.
    /// </summary>
    public IList<AuthorizationRule> Rules { get; } = [];
}
