using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Rpc.Internal;

/// <summary>What every call needs of the server.</summary>
internal sealed class CallEnvironment(IOptions<RpcOptions> options, ShutdownGrace shutdown, ILogger<RpcServiceRegistry> logger, TimeProvider clock)
{
    public RpcOptions Options { get; } = options.Value;

    public CancellationToken GracePeriodOver { get; } = shutdown.Over;

    public ILogger Logger { get; } = logger;

    public TimeProvider Clock { get; } = clock;
}
