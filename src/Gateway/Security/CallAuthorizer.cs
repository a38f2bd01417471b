using Gateway.Upstream;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Rpc;

namespace Gateway.Security;

/// <summary>Asks ASP.NET Core's authorization service, which asks the configured rules and the application's own handlers.</summary>
internal sealed class CallAuthorizer : ICallAuthorizer
{
    // Null without a service to ask, and beside handlers of the application's own, or a service, which may allow more and less.
    private readonly RuleAuthorizationHandler? _rules;
    private readonly bool _allowsEverything;

    public CallAuthorizer(IServiceScopeFactory scopes)
    {
        using var scope = scopes.CreateScope();
        var services = scope.ServiceProvider;
        var service = services.GetService<IAuthorizationService>();
        var handlers = services.GetServices<IAuthorizationHandler>().Where(handler => handler is not PassThroughAuthorizationHandler).ToList();
        _rules = service is DefaultAuthorizationService && handlers is [RuleAuthorizationHandler rules] ? rules : null;
        _allowsEverything = service is null || _rules is { AllowsEverything: true };
    }

    public async ValueTask AuthorizeAsync(RpcCall call, string machine, IReadOnlyList<MachineVerb> verbs, string? key)
    {
        if (_allowsEverything)
            return;

        foreach (var verb in verbs)
        {
            var operation = new MachineOperation(machine, verb, key);
            if (!await IsAllowedAsync(call, operation))
                throw RestateErrors.Refused(StatusCode.PermissionDenied, "ACCESS_DENIED", $"The caller may not {operation}.", machine, key);
        }
    }

    public async ValueTask<bool> IsAllowedAsync(RpcCall call, MachineOperation operation) =>
        _allowsEverything || (await ServiceOf(call).AuthorizeAsync(call.HttpContext.User, operation, MachineOperationRequirement.Only)).Succeeded;

    public IReadOnlyList<KeyRange>? KeysOf(RpcCall call, string machine, MachineVerb verb) => _rules?.KeysOf(call.HttpContext.User, machine, verb);

    /// <summary>The call's own: the application's handlers may be made for each.</summary>
    private static IAuthorizationService ServiceOf(RpcCall call) => call.HttpContext.RequestServices.GetRequiredService<IAuthorizationService>();
}
