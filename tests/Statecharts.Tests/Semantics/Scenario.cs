using System.Text.Json;
using System.Text.Json.Nodes;

namespace Statecharts.Tests.Semantics;

/// <summary>Runs a machine in JSON, with single quotes for brevity, whose states log <c>+path</c> and <c>-path</c>.</summary>
internal static class Scenario
{
    internal static StateMachine Load(string machine, params (string Name, string Machine)[] children)
    {
        var config = Parse(machine);
        LogEntryAndExit(config, "");
        var implementations = new Implementations()
            .Actions("act", (run, _) => run.Log("act"))
            .Actions("type", (run, _) => run.Log((_, @event) => @event.Type))
            .Delay("told", (_, @event) => TimeSpan.FromMilliseconds((int)((JsonObject)@event.Data!)["delay"]!));
        foreach (var child in children)
            implementations.Actor(child.Name, StateMachine.Load(Parse(child.Machine).Deserialize<JsonElement>()));
        return StateMachine.Load(config.Deserialize<JsonElement>(), implementations);
    }

    /// <summary>Starts it, forgets what that logged, and sends it events, named with spaces between.</summary>
    internal static TestRun Run(string machine, string events)
    {
        var run = new TestRun(Load(machine));
        run.TakeLog();
        return run.Send(Events(events));
    }

    internal static object[] Events(string types) => [.. types.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(type => new Event(type))];

    private static JsonObject Parse(string json) => JsonNode.Parse(json.Replace('\'', '"'))!.AsObject();

    private static void LogEntryAndExit(JsonObject state, string path)
    {
        if (path.Length > 0 && (string?)state["type"] != "history")
        {
            state["entry"] = With(Log($"+{path}"), state["entry"]);
            state["exit"] = With(Log($"-{path}"), state["exit"]);
        }
        foreach (var (key, child) in state["states"]?.AsObject() ?? [])
            LogEntryAndExit(child!.AsObject(), path.Length == 0 ? key : $"{path}.{key}");
    }

    private static JsonArray With(JsonObject first, JsonNode? others) =>
        [first, .. (others as JsonArray)?.Select(other => other!.DeepClone()) ?? (others is null ? [] : [others.DeepClone()])];

    private static JsonObject Log(string message) => new() { ["type"] = "log", ["params"] = new JsonObject { ["message"] = message } };
}
