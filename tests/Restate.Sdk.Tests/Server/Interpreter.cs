namespace Restate.Sdk.Tests.Server;

/// <summary>A step of an <see cref="Interpreter"/>'s program.</summary>
/// <param name="Op">What to do: await, awaitAny, awaitAnySuccess, awaitOrTimeout, resolve, reject.</param>
/// <param name="Of">What to await.</param>
/// <param name="Key">The awakeable to complete.</param>
/// <param name="Value">The value or the reason to complete it with.</param>
internal sealed record Command(string Op, Awaitable[]? Of = null, string? Key = null, string? Value = null);

/// <summary>Something to await.</summary>
/// <param name="Kind">awakeable, sleep or failingRun.</param>
/// <param name="Key">The awakeable's name, or the run's reason to fail.</param>
/// <param name="Milliseconds">How long a sleep takes, or a timeout.</param>
internal sealed record Awaitable(string Kind, string Key = "", int Milliseconds = 0);

/// <summary>A virtual object that does what it is told, command by command, and keeps the results.</summary>
internal static class Interpreter
{
    private static readonly StateKey<List<string>> Results = new("results");

    public static ServiceDefinition Definition { get; } = ServiceDefinition.Object("Interpreter")
        .Handler<Command[], string>("interpret", InterpretAsync)
        .SharedHandler<string, string>("results", async (context, _) => string.Join(' ', await context.Get(Results) ?? []))
        .SharedHandler<string, bool>("has", async (context, key) => await context.Get(AwakeableId(key)) is not null)
        .SharedHandler<string, bool>("resolve", async (context, key) =>
        {
            context.ResolveAwakeable((await context.Get(AwakeableId(key)))!, key + "!");
            return true;
        })
        .SharedHandler<string, bool>("reject", async (context, key) =>
        {
            context.RejectAwakeable((await context.Get(AwakeableId(key)))!, 500, key + "?");
            return true;
        })
        .Build();

    private static StateKey<string> AwakeableId(string key) => new("awakeable " + key);

    private static async ValueTask<string> InterpretAsync(ObjectContext context, Command[] program)
    {
        var result = "";
        foreach (var command in program)
        {
            result = await ExecuteAsync(context, command);
            var results = await context.Get(Results) ?? [];
            context.Set(Results, [.. results, result]);
        }

        return result;
    }

    private static async ValueTask<string> ExecuteAsync(ObjectContext context, Command command)
    {
        DurableFuture<string>[] futures = [.. (command.Of ?? []).Select(awaitable => Create(context, awaitable))];
        switch (command.Op)
        {
            case "await":
                return await futures[0];
            case "awaitAny":
                return await futures[await DurableFuture.WhenAny(futures)];
            case "awaitAnySuccess":
                return await DurableFuture.WhenAnySucceeded(futures);
            case "awaitOrTimeout":
                return await futures[0].OrTimeout(TimeSpan.FromMilliseconds(command.Of![0].Milliseconds));
            case "resolve":
                context.ResolveAwakeable((await context.Get(AwakeableId(command.Key!)))!, command.Value!);
                return "";
            default:
                context.RejectAwakeable((await context.Get(AwakeableId(command.Key!)))!, 500, command.Value!);
                return "";
        }
    }

    private static DurableFuture<string> Create(ObjectContext context, Awaitable awaitable)
    {
        switch (awaitable.Kind)
        {
            case "awakeable":
                var awakeable = context.Awakeable<string>();
                context.Set(AwakeableId(awaitable.Key), awakeable.Id);
                return awakeable;
            case "sleep":
                return context.CallFuture<int, string>(Target.ForService("Steps", "sleep"), awaitable.Milliseconds);
            default:
                return context.RunFuture<string>("fails", _ => throw new TerminalException(awaitable.Key));
        }
    }
}
