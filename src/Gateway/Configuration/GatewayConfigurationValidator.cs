using Microsoft.Extensions.Options;
using Rpc;

namespace Gateway.Configuration;

/// <summary>Reports what in the configuration cannot be understood, beside what is understood and wrong.</summary>
internal sealed class GatewayConfigurationValidator(IConfiguration configuration) : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        List<KeyValuePair<string, string>> problems =
        [
            .. ConfigurationSectionCheck.Find(configuration.GetSection(GatewayOptions.Section), typeof(GatewayOptions)),
            .. ConfigurationSectionCheck.Find(configuration.GetSection(RpcOptions.Section), typeof(RpcOptions)),
            .. ConfigurationSectionCheck.Find(configuration.GetSection("Logging:LogLevel"), typeof(IDictionary<string, LogLevel?>)),
        ];
        return problems.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems.Select(problem => $"{problem.Key}: {problem.Value}"));
    }
}
