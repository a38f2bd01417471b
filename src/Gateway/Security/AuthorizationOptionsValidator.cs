using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>Checks the authorization rules.</summary>
internal sealed class AuthorizationOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var problems = new List<string>();
        for (var i = 0; i < options.Authorization.Rules.Count; i++)
        {
            var rule = options.Authorization.Rules[i];
            var setting = $"{GatewayOptions.Section}:{nameof(options.Authorization)}:{nameof(options.Authorization.Rules)}:{i}";
            if (rule.Key is { } key && !KeyTemplate.TryParse(key, out _, out var problem))
                problems.Add($"{setting}:{nameof(rule.Key)}: '{key}': {problem}");
            foreach (var claim in rule.Claims.Where(claim => claim.Value.Length == 0))
                problems.Add($"{setting}:{nameof(rule.Claims)}:{claim.Key}: list the values that are allowed");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
