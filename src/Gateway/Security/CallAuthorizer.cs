using Gateway.Upstream;
using Microsoft.AspNetCore.Authorization;
using Rpc;

namespace Gateway.Security;

/// <summary>Asks ASP.NET Core's authorization service, which asks the configured rules and the application's own handlers.</summary>
internal sealed class CallAuthorizer(IAuthorizationService authorization) : ICallAuthorizer
{
    public async ValueTask AuthorizeAsync(RpcCall call, string machine, IReadOnlyList<MachineVerb> verbs, string? key)
    {
        foreach (var verb in verbs)
        {
            var operation = new MachineOperation(machine, verb, key);
            if (!await IsAllowedAsync(call, operation))
                throw RestateErrors.Refused(StatusCode.PermissionDenied, "ACCESS_DENIED", $"The caller may not {operation}.", machine, key);
        }
    }

    public async ValueTask<bool> IsAllowedAsync(RpcCall call, MachineOperation operation) =>
        (await authorization.AuthorizeAsync(call.HttpContext.User, operation, MachineOperationRequirement.Only)).Succeeded;
}
