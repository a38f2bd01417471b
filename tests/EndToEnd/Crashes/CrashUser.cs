using System.Text;
using Restate.Sdk;
using Restate.Sdk.Client;

namespace EndToEnd.Crashes;

/// <summary>Who calls the machines of one run of a scenario, all under one key.</summary>
internal sealed class CrashUser(IngressClient ingress, AdminClient admin, string key)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    /// <summary>Calls a handler; a failure is an answer like any other.</summary>
    /// <returns>What came back, with no trace of the key.</returns>
    public async Task<string> CallAsync(string machine, string handler, string json = "", string? idempotencyKey = null)
    {
        var options = new IngressCallOptions { IdempotencyKey = idempotencyKey };
        try
        {
            var answer = await ingress.CallAsync(Target.Object(machine, key, handler), Encoding.UTF8.GetBytes(json), options).WaitAsync(s_patience);
            return Encoding.UTF8.GetString(answer.Body.Span).Replace(key, "KEY", StringComparison.Ordinal);
        }
        catch (IngressException e)
        {
            return $"{e.StatusCode} {e.Message}";
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{handler} of {machine} has no answer. There are {string.Join(", ", await InvocationsAsync())}");
        }
    }

    public Task<string> StartAsync(string machine, string handler = "send", string more = "") =>
        CallAsync(machine, handler, $$$"""{"event": {"type": "START", "key": "{{{key}}}"}{{{more}}}}""");

    /// <summary>Waits until an invocation of a handler has one of these statuses.</summary>
    public async Task SeesAsync(string handler, params IReadOnlyList<string> statuses)
    {
        IReadOnlyList<string> all = [];
        await Eventually.BecomesTrueAsync(
            async () => (all = await InvocationsAsync()).Any(one =>
                one.Contains($"/{handler} ", StringComparison.Ordinal) && statuses.Contains(one[..one.IndexOf(' ', StringComparison.Ordinal)])),
            () => $"an invocation of {handler} to be {string.Join(" or ", statuses)}; there are {string.Join(", ", all)}");
    }

    /// <summary>Waits until so many invocations are over, and there is no other.</summary>
    public async Task SeesAllEndedAsync(int count)
    {
        IReadOnlyList<string> all = [];
        await Eventually.BecomesTrueAsync(
            async () => (all = await InvocationsAsync("target_handler_name != 'snapshot'")).Count == count && all.All(one => one.StartsWith("completed ", StringComparison.Ordinal)),
            () => $"{count} invocations to be over; there are {string.Join(", ", all)}");
    }

    /// <summary>Waits until so many commands are in the journals, beside the input that each begins with.</summary>
    public async Task SeesJournaledAsync(int commands)
    {
        var journaled = 0;
        await Eventually.BecomesTrueAsync(
            async () => (journaled = (await admin.QueryAsync(
                $"select journal_commands_size from sys_invocation where target_service_key = '{key}' and journal_commands_size > 0"))
                .Sum(row => row.GetProperty("journal_commands_size").GetInt32() - 1)) == commands,
            () => $"{commands} commands in the journals; there are {journaled}");
    }

    private async Task<IReadOnlyList<string>> InvocationsAsync(string described = "true") =>
        [.. (await admin.QueryAsync($"select target, status, coalesce(last_failure, '') as failure from sys_invocation where target_service_key = '{key}' and {described}"))
            .Select(row => $"{row.GetProperty("status").GetString()} {row.GetProperty("target").GetString()} {row.GetProperty("failure").GetString()}")];
}
