using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Restate.Sdk;
using Restate.Sdk.Client;
using MachineHandlers = Machines.Runtime.Handlers;

namespace EndToEnd.RandomRuns;

/// <summary>Does to an instance on a real server what happened in the pure run, and compares after each step.</summary>
internal sealed class DurableRun(IngressClient ingress, HeldTimers timers, RandomCase random)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly string _key = $"{Guid.NewGuid():N}";
    private List<Pending> _timers = [];
    private List<Pending> _promises = [];
    private bool _isActive;

    /// <returns>Null when all steps agree; else the first that does not.</returns>
    public async Task<string?> FindDifferenceAsync()
    {
        for (var i = 0; i < random.Happenings.Count; i++)
        {
            var happening = random.Happenings[i];
            try
            {
                if (await FindDifferenceAsync(happening) is { } difference)
                    return $"{random.Name}, step {i}, {Describe(happening)}: {difference}";
            }
            catch (Exception e) when (e is IngressException or TimeoutException or Xunit.Sdk.FailException)
            {
                return $"{random.Name}, step {i}, {Describe(happening)}: {e.Message}";
            }
        }

        await CallAsync(MachineHandlers.Dispose, "");
        return null;
    }

    private async Task<string?> FindDifferenceAsync(Happening happening)
    {
        var answer = await HappenAsync(happening);
        var stored = JsonNode.Parse((await CallAsync(HeldTimers.Stored, "")).Span)!.AsObject();
        var pending = stored["pending"];
        stored.Remove("pending");
        stored.Remove("version");
        var expected = happening.Expected;
        if (!JsonNode.DeepEquals(expected.Snapshot, stored))
            return $"stored{Environment.NewLine}  {stored.ToJsonString()}{Environment.NewLine}instead of{Environment.NewLine}  {expected.Snapshot.ToJsonString()}";
        if (answer is not null && !JsonNode.DeepEquals(expected.Snapshot, answer))
            return $"answered{Environment.NewLine}  {answer.ToJsonString()}{Environment.NewLine}instead of{Environment.NewLine}  {expected.Snapshot.ToJsonString()}";

        _isActive = stored["status"]!.GetValue<string>() == "active";
        var cancelled = _timers;
        _timers = Read(pending?["timers"]);
        _promises = Read(pending?["promises"]);
        if (!_timers.Select(timer => (timer.Actor, timer.Id)).SequenceEqual(expected.Timers))
            return $"timers {string.Join(", ", _timers)} instead of {string.Join(", ", expected.Timers)}";
        if (!_promises.Select(promise => promise.Actor!).SequenceEqual(expected.Promises))
            return $"promises {string.Join(", ", _promises)} instead of {string.Join(", ", expected.Promises)}";

        // What nobody wants any more arrives all the same; the next comparison shows whether it did anything.
        foreach (var timer in cancelled.Where(timer => !_timers.Exists(pending => pending.Token == timer.Token)))
            await DeliverAsync(timer.Token);
        return null;
    }

    private async Task<JsonObject?> HappenAsync(Happening happening)
    {
        switch (happening)
        {
            case Happening.Created:
                return Snapshot(await CallAsync(MachineHandlers.Create, ""));
            case Happening.Sent sent:
                return Snapshot(await CallAsync(MachineHandlers.Send, $$"""{"event": {{sent.Event}}}"""));
            case Happening.Elapsed elapsed:
                await DeliverAsync(_timers[elapsed.Timer].Token);
                return null;
            case Happening.Settled settled:
                await SettleAsync(settled);
                return await SettledAsync(settled.Expected.Revision);
            default:
                throw new InvalidOperationException($"{happening.GetType().Name} cannot happen.");
        }
    }

    private async Task DeliverAsync(string token)
    {
        var delivery = await timers.DeliveryAsync(token).WaitAsync(s_patience);
        await ingress.CallAsync(Target(MachineHandlers.Deliver), delivery).WaitAsync(s_patience);
    }

    private async Task SettleAsync(Happening.Settled settled)
    {
        var promise = _promises.Single(promise => promise.Actor == settled.Promise);
        var awakeable = await HeldPromises.AwakeableAsync(promise.Token).WaitAsync(s_patience);
        if (settled.Error is { } error)
            await ingress.RejectAwakeableAsync(awakeable, error);
        else
            await ingress.ResolveAwakeableAsync(awakeable, Encoding.UTF8.GetBytes(settled.Output?.ToJsonString() ?? "null"));
    }

    private async Task<JsonObject?> SettledAsync(ulong revision)
    {
        if (_isActive)
            return Snapshot(await CallAsync(MachineHandlers.WaitFor, $$"""{"condition": "revision:{{revision - 1}}"}"""));

        // As in XState, the children of a machine that failed run on; but a failed machine refuses to be waited for.
        await Eventually.BecomesTrueAsync(
            async () => JsonElement.Parse((await CallAsync(HeldTimers.Stored, "")).Span).GetProperty("revision").GetUInt64() >= revision,
            () => $"revision {revision} of {random.Name}");
        return null;
    }

    private async Task<ReadOnlyMemory<byte>> CallAsync(string handler, string json) =>
        (await ingress.CallAsync(Target(handler), Encoding.UTF8.GetBytes(json)).WaitAsync(s_patience)).Body;

    private Target Target(string handler) => Restate.Sdk.Target.Object(random.Name, _key, handler);

    private static JsonObject Snapshot(ReadOnlyMemory<byte> answer)
    {
        var snapshot = JsonNode.Parse(answer.Span)!.AsObject();
        snapshot.Remove("version");
        return snapshot;
    }

    private static List<Pending> Read(JsonNode? pending) => pending is null ? [] : pending.Deserialize<List<Pending>>(JsonSerializerOptions.Web)!;

    private static string Describe(Happening happening) => happening switch
    {
        Happening.Sent sent => sent.Event,
        Happening.Settled settled => $"{settled.Promise} {(settled.Error is null ? "resolved" : "rejected")}",
        _ => happening.GetType().Name,
    };

    private sealed record Pending(string Token, string? Actor, string? Id);
}
