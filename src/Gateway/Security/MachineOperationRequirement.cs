using Microsoft.AspNetCore.Authorization;

namespace Gateway.Security;

/// <summary>
/// The requirement under which the gateway asks ASP.NET Core's authorization service whether the caller may carry out a
/// <see cref="MachineOperation"/>. A registered <c>AuthorizationHandler&lt;MachineOperationRequirement, MachineOperation&gt;</c> of your
/// own has its say next to the configured rules: its <c>Succeed</c> allows, its <c>Fail</c> denies whatever the others say.
/// </summary>
public sealed class MachineOperationRequirement : IAuthorizationRequirement
{
    internal static readonly MachineOperationRequirement[] Only = [new()];

    private MachineOperationRequirement()
    {
    }
}
