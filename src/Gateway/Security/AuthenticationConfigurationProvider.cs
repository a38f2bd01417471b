using Microsoft.AspNetCore.Authentication;

namespace Gateway.Security;

/// <summary>
/// What <c>AddAuthentication</c> registers under this interface. It would also register data protection, which writes keys into the home
/// directory and is of no use here.
/// </summary>
internal sealed class AuthenticationConfigurationProvider(IConfiguration configuration) : IAuthenticationConfigurationProvider
{
    public IConfiguration AuthenticationConfiguration => configuration.GetSection("Authentication");
}
