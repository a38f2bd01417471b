using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>
/// Refuses endpoints of Kestrel's own configuration in the gateway application: they would be open beside those of
/// <see cref="GatewayOptions.Listen"/>, and none of its checks would know of them.
/// </summary>
internal sealed class EndpointsValidator(IConfiguration configuration) : IValidateOptions<GatewayOptions>
{
    private const string Section = "Kestrel:Endpoints";

    public ValidateOptionsResult Validate(string? name, GatewayOptions options) => configuration.GetSection(Section).Exists()
        ? ValidateOptionsResult.Fail(
            $"{Section}: is not for the gateway; say with {GatewayOptions.Section}:{nameof(options.Listen)}, {nameof(options.GrpcPort)} and "
            + $"{nameof(options.HttpPort)} where it listens, and remove this")
        : ValidateOptionsResult.Success;
}
