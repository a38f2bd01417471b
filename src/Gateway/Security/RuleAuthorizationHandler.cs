using System.IO.Enumeration;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>Allows what a rule of <see cref="GatewayAuthorizationOptions.Rules"/> allows, and everything when there are none.</summary>
internal sealed class RuleAuthorizationHandler(IOptions<GatewayOptions> options) : AuthorizationHandler<MachineOperationRequirement, MachineOperation>
{
    private readonly Rule[] _rules = [.. options.Value.Authorization.Rules.Select(rule => new Rule(rule))];

    /// <summary>Whether there are no rules.</summary>
    public bool AllowsEverything => _rules.Length == 0;

    protected override Task HandleRequirementAsync(
        AuthorizationHandlerContext context, MachineOperationRequirement requirement, MachineOperation resource)
    {
        if (AllowsEverything || _rules.Any(rule => rule.Allows(context.User, resource)))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }

    /// <summary>The keys with which the rules allow it; null for all keys.</summary>
    public IReadOnlyList<KeyRange>? KeysOf(ClaimsPrincipal caller, string machine, MachineVerb verb)
    {
        var rules = _rules.Where(rule => rule.Concerns(caller, machine, verb)).ToList();
        return AllowsEverything || rules.Any(rule => rule.Key is null) ? null : [.. rules.SelectMany(rule => rule.Key!.RangesOf(caller))];
    }

    private sealed class Rule
    {
        private readonly AuthorizationRule _rule;

        public Rule(AuthorizationRule rule)
        {
            _rule = rule;
            if (rule.Key is { } text)
                Key = KeyTemplate.TryParse(text, out var key, out var problem) ? key : throw new InvalidOperationException($"The key '{text}' of a rule: {problem}.");
        }

        /// <summary>Null: all keys.</summary>
        public KeyTemplate? Key { get; }

        public bool Allows(ClaimsPrincipal caller, MachineOperation operation) =>
            Concerns(caller, operation.Machine, operation.Verb) && (Key is null || operation.Key is null || Key.Matches(operation.Key, caller));

        /// <summary>Whether it allows the caller to do so with some keys.</summary>
        public bool Concerns(ClaimsPrincipal caller, string machine, MachineVerb verb) =>
            (_rule.Verbs.Count == 0 || _rule.Verbs.Contains(verb))
            && (_rule.Machines.Count == 0 || _rule.Machines.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, machine, ignoreCase: false)))
            && (_rule.Roles.Count == 0 || _rule.Roles.Any(caller.IsInRole))
            && _rule.Claims.All(claim => claim.Value.Any(value => caller.HasClaim(claim.Key, value)));
    }
}
