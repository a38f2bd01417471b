using System.Net;
using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>Checks where the gateway is to listen: nobody opens it to the network without authentication by accident.</summary>
internal sealed class ListenOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        const string Setting = $"{GatewayOptions.Section}:{nameof(options.Listen)}";
        const string Anonymous = $"{GatewayOptions.Section}:{nameof(options.AllowAnonymous)}";
        var problems = new List<string>();
        for (var i = 0; i < options.Listen.Count; i++)
        {
            if (!IPAddress.TryParse(options.Listen[i], out _))
                problems.Add($"{Setting}:{i}: '{options.Listen[i]}' is not an IP address; 0.0.0.0 is every address of this machine, and none at all is loopback");
        }

        var authenticated = GatewayAuthentication.IsConfigured(options);
        if (options.IsReachable && !authenticated && !options.AllowAnonymous)
        {
            problems.Add(
                $"{Setting}: {string.Join(", ", options.Listen)} can be reached from other machines, and callers need no credentials: configure "
                + $"{GatewayOptions.Section}:{nameof(options.Authentication)} or client certificates, or set {Anonymous} to true");
        }

        if (authenticated && options.AllowAnonymous)
            problems.Add($"{Anonymous}: true, and yet there is authentication, which lets nobody in without credentials: remove one of the two");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
