using Restate.Sdk;

namespace Machines.Runtime;

/// <summary>The failures that callers of a machine see: an HTTP status and a text; a 400 begins with the path of the field that is wrong.</summary>
internal static class Errors
{
    /// <summary>The status of a condition that can no longer be met.</summary>
    public const ushort UnreachableCode = 412;

    public const string NotFoundText = "there is no instance with this key; create it first";

    public static TerminalException BadRequest(string path, string problem) => new(400, $"{path}: {problem}");

    public static TerminalException NotFound() => new(404, NotFoundText);

    public static TerminalException Unhandled(string type, string state, IReadOnlyCollection<string> accepted) =>
        BadRequest("event.type", $"state {state} does not handle '{type}'. It handles {(accepted.Count == 0 ? "none" : string.Join(", ", accepted))}.");

    public static TerminalException UnknownAction(string name) =>
        new(500, $"the machine performs the action '{name}', which this deployment does not have; add it to the machine's Actions");

    public static TerminalException WaitTimedOut(string condition, long milliseconds) =>
        new(408, $"the machine did not meet '{condition}' within {milliseconds} ms");

    public static TerminalException Exists() =>
        new(409, "there is an instance with this key already; pass \"ifExists\": \"return\" to have it, or \"reset\" to start it afresh");

    public static TerminalException Disposed() => new(410, "the instance with this key was disposed; create it with \"ifExists\": \"reset\" to start afresh");

    public static TerminalException Unreachable(string condition, string status) =>
        new(UnreachableCode, $"the machine's status is '{status}' and '{condition}' can no longer be met");

    public static TerminalException WasReset(string condition) => new(UnreachableCode, $"the instance was reset before it met '{condition}'");

    public static TerminalException WasDisposed(string condition) => new(UnreachableCode, $"the instance was disposed before it met '{condition}'");

    public static TerminalException UnknownVersion(string version) =>
        new(500, $"the instance runs on version '{version}', which this deployment does not have; deploy it again among the machine's versions");

    public static TerminalException Unstorable(string definition, string problem) =>
        new(500, $"what machine '{definition}' made of it cannot be stored as JSON: {problem}");

    public static TerminalException UnreadableSnapshot(string version, string problem) =>
        new(500, $"the stored snapshot does not fit version '{version}': {problem}");
}
