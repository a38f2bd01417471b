using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Restate.Sdk.Tests.Server;

/// <summary>The services that the scenarios call.</summary>
internal static class TestServices
{
    public static readonly StateKey<long> Count = new("count");

    private static readonly StateKey<string> Text = new("text");

    /// <summary>How often something happened outside of Restate, by a name that the test makes up.</summary>
    public static readonly ConcurrentDictionary<string, int> Effects = new();

    public static IReadOnlyList<ServiceDefinition> All { get; } =
    [
        ServiceDefinition.Object("Counter")
            .Handler<long, long>("add", Add)
            .Handler<string, long>("addThenFail", AddThenFail)
            .Handler<string, bool>("reset", (context, _) =>
            {
                context.ClearAll();
                return ValueTask.FromResult(true);
            })
            .SharedHandler<string, long>("get", async (context, _) => await context.Get(Count))
            .Build(),
        ServiceDefinition.Object("Note")
            .Handler<string>("write", (context, text) =>
            {
                context.Set(Text, text);
                return ValueTask.CompletedTask;
            })
            .Handler("erase", context =>
            {
                context.ClearAll();
                return ValueTask.CompletedTask;
            })
            .Handler<string?>("take", async context =>
            {
                var text = await context.Get(Text);
                context.Clear(Text.Name);
                return text;
            })
            .SharedHandler<string?>("read", context => context.Get(Text))
            .Build(),
        ServiceDefinition.Object("Store")
            .Handler<string, string>("roundTrip", RoundTrip)
            .Handler<string, IReadOnlyList<string>>("keys", StateKeys)
            .Build(definition => definition with { Documentation = "Reads and writes.", Metadata = new Dictionary<string, string> { ["team"] = "tests" } }),
        ServiceDefinition.Object("LazyStore")
            .Handler<string, string>("roundTrip", RoundTrip)
            .Handler<string, IReadOnlyList<string>>("keys", StateKeys)
            .Build(definition => definition with { EnableLazyState = true }),
        ServiceDefinition.Object("Echo")
            .Handler<ReadOnlyMemory<byte>, string>("key", (context, _) => ValueTask.FromResult(context.Key), Serde.Bytes)
            .Handler("bytes", (ObjectContext _, ReadOnlyMemory<byte> input) => ValueTask.FromResult(input), Serde.Bytes, Serde.Bytes)
            .Build(),
        ServiceDefinition.Object("Blocker")
            .Handler<string, string>("block", Block)
            .SharedHandler<string, string?>("awakeable", async (context, _) => await context.Get(new StateKey<string>("id")))
            .Build(),
        Interpreter.Definition,
        ServiceDefinition.Object("List")
            .Handler<int, int>("append", Append)
            .SharedHandler<string, int[]>("get", async (context, _) => await context.Get(new StateKey<int[]>("items")) ?? [])
            .Handler<string, bool>("setDifferentKey", SetDifferentKey)
            .Build(),
        ServiceDefinition.Service("Steps")
            .Handler<string, string>("fail", (_, message) => throw new TerminalException(
                418, message, new Dictionary<string, string> { ["detail"] = "teapot" }))
            .Handler<string, int>("flaky", Flaky)
            .Handler<string, string>("runs", Runs)
            .Handler<string, int>("runRetries", RunRetries)
            .Handler<string, string>("runGivesUp", RunGivesUp)
            .Handler<string, string>("runFails", RunFails)
            .Handler<string>("runPauses", async (context, name) => await context.Run<int>(
                "fails",
                _ => throw new InvalidOperationException($"attempt {Effect(name)}"),
                new RunOptions { MaxAttempts = 2, InitialRetryInterval = TimeSpan.FromMilliseconds(10), OnMaxAttempts = OnMaxAttempts.Pause }))
            .Handler<int, string>("sleep", Sleep)
            .Handler<string, int>("sleepOnce", async (context, name) =>
            {
                var attempt = Effect(name);
                await context.Sleep(TimeSpan.FromMilliseconds(500));
                return Math.Max(attempt, Effects[name]);
            })
            .Handler<string, long>("callCounter", CallCounter)
            .Handler<string, bool>("sendCounter", SendCounter)
            .Handler<string, string>("combinators", Combinators)
            .Handler<string, string>("timeout", Timeouts)
            .Handler<string, string>("deterministic", Deterministic)
            .Handler<string, bool>("nonDeterministic", NonDeterministic)
            .Handler<string, string>("blockOnChild", BlockOnChild)
            .Handler<OrderingRequest, bool>("ordering", Ordering)
            .Handler<string, string>("failingCall", async (context, message) =>
                await context.Call<string, string>(Target.ForService("Steps", "fail"), message))
            .Handler<string, string>("failingRun", async (context, message) =>
                await context.Run<string>("fails", _ => throw new TerminalException(
                    418, message, new Dictionary<string, string> { ["detail"] = "teapot" })))
            .Handler<string, string>("waitForSignals", async (context, _) =>
                string.Join(' ', await DurableFuture.WhenAll(context.Signal<string>("one"), context.Signal<string>("two"))))
            .Handler<string[], bool>("signalWith", (context, arguments) =>
            {
                if (arguments[2] == "reject")
                    context.SendSignal(arguments[0], arguments[1], new TerminalException(422, "rejected"));
                else
                    context.SendSignal(arguments[0], arguments[1], arguments[2]);
                return ValueTask.FromResult(true);
            })
            .Handler<string, bool>("resolve", Resolve)
            .Handler<string, bool>("reject", Reject)
            .Handler<string, bool>("cancel", (context, id) =>
            {
                context.CancelInvocation(id);
                return ValueTask.FromResult(true);
            })
            .Handler<string, int>("slowCleanup", async (context, name) =>
            {
                Effect(name);
                try
                {
                    await context.Sleep(TimeSpan.FromDays(1));
                }
                catch (TerminalException exception) when (exception.IsCancelled)
                {
                    await context.Sleep(TimeSpan.FromSeconds(1));
                }

                return Effects[name];
            })
            .Handler<string, string>("attach", async (context, id) => await context.AttachInvocation<string>(id))
            .Handler<string, string>("waitForSignal", async (context, _) => await context.Signal<string>("go"))
            .Handler<string, string>("waitForSignalTwice", async (context, _) =>
                $"{await context.Signal<string>("go")} {await context.Signal<string>("go")}")
            .Handler<string, bool>("signal", (context, id) =>
            {
                context.SendSignal(id, "go", "gone");
                return ValueTask.FromResult(true);
            })
            .Handler<string, string>("sideEffects", SideEffects)
            .Handler<string, string>("branches", Branches)
            .Handler<int, int>("manySleeps", ManySleeps)
            .Handler<string, int>("foreignAwait", ForeignAwait)
            .Handler<string, bool>("longRun", LongRun)
            .Handler<string, bool>("misuse", Misuse)
            .Handler<string, bool>("retryLater", (_, _) => throw new RetryableException("later") { RetryAfter = TimeSpan.FromSeconds(3) })
            .Handler<string, string>("hidden", (_, _) => ValueTask.FromResult("seen"), configure: handler => handler with { IngressPrivate = true })
            .Handler<string, string>("callHidden", async (context, _) =>
                await context.Call<string, string>(Target.ForService("Steps", "hidden"), ""))
            .Handler<string, string>("headers", (context, name) => ValueTask.FromResult(context.Headers.GetValueOrDefault(name, "")))
            .Build(),
    ];

    public static int Effect(string name) => Effects.AddOrUpdate(name, 1, (_, count) => count + 1);

    private static async ValueTask<long> Add(ObjectContext context, long amount)
    {
        var count = await context.Get(Count) + amount;
        context.Set(Count, count);
        return count;
    }

    private static async ValueTask<long> AddThenFail(ObjectContext context, string message)
    {
        await Add(context, 1);
        throw new TerminalException(message);
    }

    private static async ValueTask<string> RoundTrip(ObjectContext context, string value)
    {
        var log = new StringBuilder();
        var key = new StateKey<string>("value");
        log.Append(await context.Get(key) ?? "missing");
        context.Set(key, value);
        log.Append(' ').Append(await context.Get(key));
        context.Clear("value");
        log.Append(' ').Append(await context.Get(key) ?? "missing");
        context.SetBytes("empty", ReadOnlyMemory<byte>.Empty);
        log.Append(' ').Append((await context.GetBytes("empty")) is { Length: 0 } ? "empty" : "wrong");
        context.ClearAll();
        log.Append(' ').Append((await context.GetBytes("empty")) is null ? "missing" : "wrong");
        return log.ToString();
    }

    private static async ValueTask<IReadOnlyList<string>> StateKeys(ObjectContext context, string prefix)
    {
        context.Set(new StateKey<int>(prefix + "b"), 1);
        context.Set(new StateKey<int>(prefix + "a"), 2);
        await context.Sleep(TimeSpan.FromMilliseconds(1));
        return await context.StateKeys();
    }

    private static async ValueTask<string> Block(ObjectContext context, string mode)
    {
        var awakeable = context.Awakeable<string>();
        context.Set(new StateKey<string>("id"), awakeable.Id);
        try
        {
            return mode == "sleep" ? await Forever(context) : await awakeable;
        }
        catch (TerminalException exception) when (exception.IsCancelled && mode == "cleanup")
        {
            await context.Sleep(TimeSpan.FromMilliseconds(1));
            return "cleaned up";
        }
    }

    private static async ValueTask<string> Forever(Context context)
    {
        await context.Sleep(TimeSpan.FromDays(1));
        return "never";
    }

    private static async ValueTask<int> Flaky(Context context, string name)
    {
        var attempt = Effect(name);
        if (attempt < 3)
            throw new InvalidOperationException($"attempt {attempt}");
        await context.Sleep(TimeSpan.FromMilliseconds(1));
        return attempt;
    }

    private static async ValueTask<string> Runs(Context context, string name)
    {
        var first = await context.Run("first", _ => ValueTask.FromResult(Effect(name)));
        await context.Run("nothing", _ => ValueTask.CompletedTask);
        var second = await context.Run("second", async token =>
        {
            await Task.Delay(1, token);
            return Effect(name);
        });
        await context.Sleep(TimeSpan.FromMilliseconds(1));
        return string.Create(CultureInfo.InvariantCulture, $"{first} {second}");
    }

    private static async ValueTask<int> RunRetries(Context context, string name) => await context.Run(
        "unsteady",
        _ => Effect(name) < 3 ? throw new InvalidOperationException("not yet") : ValueTask.FromResult(Effects[name]),
        new RunOptions { InitialRetryInterval = TimeSpan.FromMilliseconds(5) });

    private static async ValueTask<string> RunGivesUp(Context context, string name)
    {
        try
        {
            return await context.Run<string>(
                "hopeless",
                _ =>
                {
                    Effect(name);
                    throw new InvalidOperationException("no luck");
                },
                new RunOptions { InitialRetryInterval = TimeSpan.FromMilliseconds(5), MaxAttempts = 3 });
        }
        catch (TerminalException exception)
        {
            return $"{exception.Code} {exception.Message}";
        }
    }

    private static async ValueTask<string> RunFails(Context context, string name)
    {
        try
        {
            return await context.Run<string>("fails", _ => throw new TerminalException(404, $"no {name}"));
        }
        catch (TerminalException exception)
        {
            return $"{exception.Code} {exception.Message}";
        }
    }

    private static async ValueTask<string> Sleep(Context context, int milliseconds)
    {
        var before = await context.Now();
        await context.Sleep(TimeSpan.FromMilliseconds(milliseconds));
        var after = await context.Now();
        return after - before >= TimeSpan.FromMilliseconds(milliseconds) ? "slept" : $"only {after - before}";
    }

    private static async ValueTask<long> CallCounter(Context context, string key)
    {
        await context.Call<long, long>(Target.Object("Counter", key, "add"), 2);
        var call = context.CallFuture<long, long>(
            Target.Object("Counter", key, "add"), 3, new CallOptions { IdempotencyKey = "once" + key });
        var id = await call.InvocationId;
        return id.StartsWith("inv_", StringComparison.Ordinal) ? await call : -1;
    }

    private static async ValueTask<bool> SendCounter(Context context, string key)
    {
        context.Send(Target.Object("Counter", key, "add"), 1L, Serde.Json<long>());
        var delayed = context.Send(
            Target.Object("Counter", key, "add"), 10L, Serde.Json<long>(), new SendOptions { Delay = TimeSpan.FromMilliseconds(20) });
        return (await delayed.InvocationId).StartsWith("inv_", StringComparison.Ordinal);
    }

    private static async ValueTask<string> Combinators(Context context, string name)
    {
        var slow = context.Timer(TimeSpan.FromDays(1));
        var quick = context.RunFuture("quick", _ => ValueTask.FromResult(name));
        var first = await DurableFuture.WhenAny(slow, quick);
        var all = await DurableFuture.WhenAll(quick, context.RunFuture("other", _ => ValueTask.FromResult("b")));
        var failing = context.RunFuture<string>("failing", _ => throw new TerminalException("bad"));
        var any = await DurableFuture.WhenAnySucceeded(failing, context.RunFuture("fine", _ => ValueTask.FromResult("c")));
        await DurableFuture.WhenAllSettled(failing, quick);
        var failure = "";
        try
        {
            await DurableFuture.WhenAll(slow, failing);
        }
        catch (TerminalException exception)
        {
            failure = exception.Message;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{first} {string.Join(',', all)} {any} {failure}");
    }

    private static async ValueTask<string> Timeouts(Context context, string name)
    {
        try
        {
            await context.Awakeable<string>().OrTimeout(TimeSpan.FromMilliseconds(10));
            return "too early";
        }
        catch (TerminalException exception) when (exception.Code == 408)
        {
            return await context.RunFuture("in time", _ => ValueTask.FromResult(name)).OrTimeout(TimeSpan.FromDays(1));
        }
    }

    private static async ValueTask<string> Deterministic(Context context, string name)
    {
        var before = context.NewGuid();
        var number = context.Random.Next(1000);
        Effects.TryAdd($"{name}:{before}:{number}", 1);
        await context.Sleep(TimeSpan.FromMilliseconds(1));
        return $"{before}:{number}";
    }

    /// <summary>Does one thing in its first attempt and another in all others.</summary>
    private static async ValueTask<bool> NonDeterministic(Context context, string name)
    {
        var isFirst = Effect(name) == 1;
        var counter = Target.Object("Counter", name, isFirst ? "add" : "get");
        switch (name[..name.IndexOf(' ', StringComparison.Ordinal)])
        {
            case "sleepOrRun" when isFirst:
                await context.Sleep(TimeSpan.FromMilliseconds(100));
                break;
            case "sleepOrRun":
                await context.Run("changed", _ => ValueTask.FromResult(1));
                break;
            case "callee":
                await context.Call<long, long>(counter, 0);
                break;
            default:
                await context.Send(counter, 0L, Serde.Json<long>()).InvocationId;
                break;
        }

        await context.Sleep(TimeSpan.FromMilliseconds(1));
        throw new InvalidOperationException("once more");
    }

    private static async ValueTask<bool> SetDifferentKey(ObjectContext context, string name)
    {
        context.Set(new StateKey<int>(Effect(name) == 1 ? "one" : "other"), 1);
        await context.Sleep(TimeSpan.FromMilliseconds(1));
        throw new InvalidOperationException("once more");
    }

    private static async ValueTask<bool> Ordering(Context context, OrderingRequest request)
    {
        for (var i = 0; i < request.OneWay.Length; i++)
        {
            var append = Target.Object("List", request.List, "append");
            if (request.OneWay[i])
                context.Send(append, i, Serde.Json<int>());
            else
                await context.Call<int, int>(append, i);
        }

        return true;
    }

    private static async ValueTask<int> Append(ObjectContext context, int item)
    {
        var items = new StateKey<int[]>("items");
        int[] all = [.. await context.Get(items) ?? [], item];
        context.Set(items, all);
        return all.Length;
    }

    private static async ValueTask<string> BlockOnChild(Context context, string key) =>
        await context.Call<string, string>(Target.Object("Blocker", key, "block"), "awakeable");

    private static ValueTask<bool> Resolve(Context context, string id)
    {
        context.ResolveAwakeable(id, "resolved");
        return ValueTask.FromResult(true);
    }

    private static ValueTask<bool> Reject(Context context, string id)
    {
        context.RejectAwakeable(id, 422, "rejected");
        return ValueTask.FromResult(true);
    }

    private static async ValueTask<int> ManySleeps(Context context, int count)
    {
        await DurableFuture.WhenAll([.. Enumerable.Range(0, count).Select(i => context.Timer(TimeSpan.FromMilliseconds(i % 7)))]);
        return count;
    }

    private static async ValueTask<string> Branches(Context context, string name)
    {
        var parts = await Task.WhenAll(Branch("a", 20), Branch("b", 1), Branch("c", 10));
        return string.Join(' ', parts);

        async Task<string> Branch(string branch, int milliseconds)
        {
            await context.Sleep(TimeSpan.FromMilliseconds(milliseconds));
            var value = await context.Run(branch, _ => ValueTask.FromResult(Effect(name + branch)));
            await context.Sleep(TimeSpan.FromMilliseconds(milliseconds));
            return string.Create(CultureInfo.InvariantCulture, $"{branch}{value}");
        }
    }

    private static async ValueTask<int> ForeignAwait(Context context, string name)
    {
        var sum = 0;
        for (var i = 0; i < 3; i++)
        {
            await Task.Delay(5);
            sum += await context.Run($"step {i}", async token =>
            {
                await Task.Delay(1, token);
                return Effect(name + i);
            });
            await Task.Yield();
            await context.Sleep(TimeSpan.FromMilliseconds(1));
        }

        return sum;
    }

    private static async ValueTask<bool> LongRun(Context context, string name) => await context.Run("long", async token =>
    {
        Effect(name + " started");
        try
        {
            await Task.Delay(Timeout.Infinite, token);
        }
        finally
        {
            Effect(name + " stopped");
        }

        return true;
    });

    private static ValueTask<bool> Misuse(Context context, string name)
    {
        ((ObjectContext)context).Set(new StateKey<string>("k"), name);
        return ValueTask.FromResult(true);
    }

    private static async ValueTask<string> SideEffects(Context context, string name)
    {
        context.Logger.LogInformation("before {Name}", name);
        await context.Sleep(TimeSpan.FromMilliseconds(1));
        context.Logger.LogInformation("after {Name}", name);
        return name;
    }
}

/// <summary>Which of a handler's calls are one-way.</summary>
internal sealed record OrderingRequest(string List, bool[] OneWay);
