using Restate.Sdk;
using Statecharts;

namespace Machines;

/// <summary>A promise whose code is known, whatever its types.</summary>
internal interface IDurablePromise
{
    /// <summary>How its invocation is retried; null to fail fast.</summary>
    InvocationRetryPolicy? Retry { get; }

    /// <param name="context">Of the handler that runs it.</param>
    /// <param name="model">How its machine's data is written.</param>
    /// <param name="input">What it is invoked with.</param>
    ValueTask<object?> RunAsync(SharedObjectContext context, DataModel model, object? input);
}
