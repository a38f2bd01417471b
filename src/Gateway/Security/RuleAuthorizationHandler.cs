using System.IO.Enumeration;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>Allows what a rule of <see cref="GatewayAuthorizationOptions.Rules"/> allows, and everything when there are none.</summary>
internal sealed class RuleAuthorizationHandler(IOptions<GatewayOptions> options) : AuthorizationHandler<MachineOperationRequirement, MachineOperation>
{
    private readonly Rule[] _rules = [.. options.Value.Authorization.Rules.Select(rule => new Rule(rule))];

    protected override Task HandleRequirementAsync(
        AuthorizationHandlerContext context, MachineOperationRequirement requirement, MachineOperation resource)
    {
        if (_rules.Length == 0 || _rules.Any(rule => rule.Allows(context.User, resource)))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }

    private sealed class Rule
    {
        private readonly AuthorizationRule _rule;
        private readonly KeyTemplate? _key;

        public Rule(AuthorizationRule rule)
        {
            _rule = rule;
            if (rule.Key is { } text && !KeyTemplate.TryParse(text, out _key, out var problem))
                throw new InvalidOperationException($"The key '{text}' of a rule: {problem}.");
        }

        public bool Allows(ClaimsPrincipal caller, MachineOperation operation) =>
            (_rule.Verbs.Count == 0 || _rule.Verbs.Contains(operation.Verb))
            && (_rule.Machines.Count == 0 || _rule.Machines.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, operation.Machine, ignoreCase: false)))
            && (_rule.Roles.Count == 0 || _rule.Roles.Any(caller.IsInRole))
            && _rule.Claims.All(claim => claim.Value.Any(value => caller.HasClaim(claim.Key, value)))
            && (_key is null || operation.Key is null || _key.Matches(operation.Key, caller));
    }
}
