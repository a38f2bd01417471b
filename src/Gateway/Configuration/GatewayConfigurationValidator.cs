using Microsoft.Extensions.Options;

namespace Gateway.Configuration;

/// <summary>Reports what in the configuration cannot be understood, beside what is understood and wrong.</summary>
internal sealed class GatewayConfigurationValidator(IConfiguration configuration) : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var problems = ConfigurationSectionCheck.Find(configuration.GetSection(GatewayOptions.Section), typeof(GatewayOptions));
        return problems.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems.Select(problem => $"{problem.Key}: {problem.Value}"));
    }
}
