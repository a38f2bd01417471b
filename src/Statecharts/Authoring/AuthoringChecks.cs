using System.Runtime.CompilerServices;

namespace Statecharts;

/// <summary>Finds what C# compiles in the place of a function or a message, though it cannot do what it says.</summary>
internal static class AuthoringChecks
{
    /// <summary>Why a function that is to change the context would not; null when it could.</summary>
    internal static string? ProblemOfAssign(Delegate assign, Type context) =>
        IsAsync(assign)
            ? "it has an async assign, whose end nobody waits for: what takes time is a promise to invoke, or an action of the host's to Execute."
        : context.IsValueType
            ? $"it assigns to a {context.Name}, which is a struct, so that the function would change a copy: use run.Assign with a function that returns the new one."
        : null;

    /// <summary>Why a function that lists actions would not; null when it could.</summary>
    internal static string? ProblemOfActions(Delegate actions) =>
        IsAsync(actions) ? "it has an async list of actions, whose end nobody waits for: it only says what there is to do." : null;

    /// <summary>Why something is no event; null when it may be one.</summary>
    internal static string? ProblemOfMessage(object message) =>
        message is Delegate ? "a function is given as an event: one that makes the event takes the context and the event, (context, event) => …." : null;

    private static bool IsAsync(Delegate function) => function.Method.IsDefined(typeof(AsyncStateMachineAttribute), inherit: false);
}
