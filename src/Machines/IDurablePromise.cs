using Restate.Sdk;
using Statecharts;

namespace Machines;

/// <summary>A promise whose code is known, whatever its types.</summary>
internal interface IDurablePromise
{
    /// <summary>How its invocation is retried; null to fail fast.</summary>
    InvocationRetryPolicy? Retry { get; }

    /// <summary>Sends along with the macrostep that starts the promise what must not come later than what another start or stop sends.</summary>
    /// <param name="context">Of the handler that does the macrostep; not to be waited for.</param>
    /// <param name="token">Of this start of the promise, and of no other.</param>
    /// <param name="model">How its machine's data is written.</param>
    /// <param name="input">What it is invoked with.</param>
    void Begin(ObjectContext context, string token, DataModel model, object? input)
    {
    }

    /// <param name="context">Of the handler that runs it.</param>
    /// <param name="token">Of this start of the promise, and of no other.</param>
    /// <param name="model">How its machine's data is written.</param>
    /// <param name="input">What it is invoked with.</param>
    /// <returns>What it resolves to.</returns>
    ValueTask<object?> RunAsync(SharedObjectContext context, string token, DataModel model, object? input);
}
