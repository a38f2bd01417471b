namespace Machines.Runtime;

/// <summary>The names of the virtual object's handlers.</summary>
internal static class Handlers
{
    public const string Create = "create";
    public const string Send = "send";
    public const string Snapshot = "snapshot";
    public const string WaitFor = "waitFor";

    /// <summary>Processes an event, and answers as <see cref="WaitFor"/> does when that decides the condition; a <see cref="WaitFor"/> does the waiting.</summary>
    public const string SendAndWaitFor = "sendAndWaitFor";
    public const string Dispose = "dispose";

    // Private to Restate: nobody outside can forge what they bring.

    /// <summary>Processes a waiter's event, and answers the waiter or puts it in place.</summary>
    public const string Subscribe = "subscribe";

    /// <summary>Takes a waiter that gave up out again.</summary>
    public const string Unsubscribe = "unsubscribe";

    /// <summary>Brings an event whose delay is over.</summary>
    public const string Deliver = "deliver";

    /// <summary>Runs a promise.</summary>
    public const string InvokePromise = "invokePromise";

    /// <summary>Cancels a promise whose result is not wanted any more.</summary>
    public const string CancelPromise = "cancelPromise";

    /// <summary>Brings the end of a promise.</summary>
    public const string Settle = "settle";

    /// <summary>Disposes of an instance whose time after its end is over.</summary>
    public const string Expire = "expire";

    /// <summary>Runs the code of a promise that is retried; one handler for each, because a retry policy is a handler's.</summary>
    public static string RetryPromise(string promise) =>
        "retryPromise_" + string.Concat(promise.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
