using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>Checks the origins of pages: one that is written otherwise than browsers do would never match.</summary>
internal sealed class CorsOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var problems = options.CorsOrigins.Index().Where(origin => !IsOrigin(origin.Item)).Select(origin =>
            $"{GatewayOptions.Section}:{nameof(options.CorsOrigins)}:{origin.Index}: '{origin.Item}' is no origin; "
            + "write http://host, https://host or either with a port, and nothing behind it, or * for every origin").ToArray();
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static bool IsOrigin(string text) => text == GatewayCors.AnyOrigin
        || (Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && string.Equals(text, $"{uri.Scheme}://{uri.Authority}", StringComparison.OrdinalIgnoreCase));
}
