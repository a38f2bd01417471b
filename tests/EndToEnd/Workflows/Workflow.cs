using System.Text.Json;
using Google.Protobuf;
using Machines.V1;
using Workflows.V1;

namespace EndToEnd.Workflows;

/// <summary>What the scenarios of all workflows need: an instance of their own, called by its typed service or as <c>curl</c> would.</summary>
public abstract class Workflow(WorkflowHost host)
{
    private protected static readonly Condition Done = new() { Done = true };

    private protected string Key { get; } = $"workflow-{Guid.NewGuid():N}";

    private protected WorkflowHost Host { get; } = host;

    /// <summary>A request that says no more than which instance.</summary>
    private protected InstanceRequest Instance => new() { Key = Key };

    private protected Task<JsonElement> CallAsync(string machine, string handler, string json = "") => Host.Host.CallAsync(machine, Key, handler, json);

    /// <summary>The last message of a WaitFor, which has the snapshot that met the condition.</summary>
    private protected Task<T> WaitForAsync<T>(GrpcClient service, Condition condition)
        where T : IMessage<T>, new() =>
        LastAsync<T>(service, new WaitForRequest { Key = Key, Condition = condition });

    private protected static async Task<T> LastAsync<T>(GrpcClient service, IMessage request)
        where T : IMessage<T>, new()
    {
        T? last = default;
        await foreach (var message in service.StreamAsync<T>("WaitFor", request))
            last = message;
        return last!;
    }
}
