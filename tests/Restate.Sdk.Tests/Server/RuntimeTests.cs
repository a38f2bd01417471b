namespace Restate.Sdk.Tests.Server;

/// <summary>What happens when the server goes away and comes back, and under many invocations at once.</summary>
public sealed class RuntimeTests(StreamingFixture restate) : IClassFixture<StreamingFixture>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invocations_and_state_survive_the_server(bool kill)
    {
        var key = $"k{Guid.NewGuid():n}";
        var awakeable = Target.Object("Blocker", key, "awakeable");
        await restate.Ingress.CallAsync<long, long>(Target.Object("Counter", key, "add"), 3);
        var receipt = await restate.Ingress.SendAsync(Target.Object("Blocker", key, "block"), "\"awakeable\""u8.ToArray());
        string? id = null;
        while (id is null)
            id = await restate.Ingress.CallAsync<string, string?>(awakeable, "");

        if (kill)
            await restate.Server.KillAsync();
        else
            await restate.Server.StopAsync();
        await restate.Server.RestartAsync();

        await restate.Ingress.ResolveAwakeableAsync(id, "\"after\""u8.ToArray());
        var response = await restate.Ingress.AttachAsync(receipt.InvocationId);
        Assert.Equal("\"after\""u8, response.Body.Span);
        Assert.Equal(3, await restate.Ingress.CallAsync<string, long>(Target.Object("Counter", key, "get"), ""));
    }

    [Fact]
    public async Task A_sleep_survives_the_server()
    {
        var receipt = await restate.Ingress.SendAsync(Target.ForService("Steps", "sleep"), "300"u8.ToArray());
        await restate.Server.KillAsync();
        await restate.Server.RestartAsync();
        var response = await restate.Ingress.AttachAsync(receipt.InvocationId);
        Assert.Equal("\"slept\""u8, response.Body.Span);
    }

    [Fact]
    public async Task A_sleep_survives_the_endpoint()
    {
        var name = $"n{Guid.NewGuid():n}";
        var receipt = await restate.Ingress.SendAsync(
            Target.ForService("Steps", "sleepOnce"), Serde.Json<string>().Serialize(name));
        while (!TestServices.Effects.ContainsKey(name))
            await Task.Delay(5);
        await restate.RestartEndpointAsync();
        var response = await restate.Ingress.AttachAsync(receipt.InvocationId);
        Assert.Equal("2"u8, response.Body.Span);
    }

    [Fact]
    public async Task Many_invocations_at_once_all_count_and_none_is_reset()
    {
        var logBefore = (await File.ReadAllTextAsync(restate.Server.LogFile)).Length;
        var prefix = $"k{Guid.NewGuid():n}";
        string[] keys = [.. Enumerable.Range(0, 20).Select(i => $"{prefix}-{i}")];
        await Parallel.ForAsync(0, 600, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, cancellationToken) =>
            await restate.Ingress.CallAsync<long, long>(
                Target.Object("Counter", keys[i % keys.Length], "add"), 1, cancellationToken: cancellationToken));
        foreach (var key in keys)
            Assert.Equal(30, await restate.Ingress.CallAsync<string, long>(Target.Object("Counter", key, "get"), ""));
        var log = (await File.ReadAllTextAsync(restate.Server.LogFile))[logBefore..];
        Assert.DoesNotContain("RT0010", log, StringComparison.Ordinal);
    }
}
