using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Gateway.Upstream;
using Restate.Sdk;
using Restate.Sdk.Client;
using Rpc;

namespace Gateway.Streaming;

/// <summary>Asks Restate about instances for as long as it takes. All of it reads, so a repeated call does no harm and no call has an idempotency key.</summary>
internal sealed class InstanceObserver(MachineCaller caller)
{
    /// <exception cref="IngressException">The machine refused.</exception>
    /// <exception cref="RpcException">UNIMPLEMENTED: the machine counts no revisions.</exception>
    public async Task<ObservedSnapshot> ReadAsync(string objectName, string key, CancellationToken cancellationToken)
    {
        var answer = await caller.CallAsync(Target.Object(objectName, key, "snapshot"), default, cancellationToken);
        return ObservedSnapshot.Parse(answer) ?? throw NoRevisions(objectName, key);
    }

    /// <summary>Waits until the instance is beyond a revision.</summary>
    /// <exception cref="IngressException">408: it is not, within the timeout. 412: it never will be. Or the machine refused otherwise.</exception>
    /// <exception cref="RpcException">UNIMPLEMENTED: the machine counts no revisions.</exception>
    public async Task<ObservedSnapshot> WaitAsync(string objectName, string key, ulong after, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("condition", string.Create(CultureInfo.InvariantCulture, $"revision:{after}"));
            json.WriteNumber("timeout", (long)timeout.TotalMilliseconds);
            json.WriteEndObject();
        }

        try
        {
            var answer = await caller.CallAsync(Target.Object(objectName, key, "waitFor"), body.WrittenMemory, cancellationToken);
            return ObservedSnapshot.Parse(answer) ?? throw NoRevisions(objectName, key);
        }
        catch (IngressException e) when (e.StatusCode == 400 && e.IsFromInvocation)
        {
            throw NoRevisions(objectName, key);
        }
    }

    private static RpcException NoRevisions(string objectName, string key) => RestateErrors.Refused(
        StatusCode.Unimplemented, "REVISIONS_NOT_COUNTED", $"The machine '{objectName}' counts no revisions, so there are no changes to be told.", objectName, key);
}
