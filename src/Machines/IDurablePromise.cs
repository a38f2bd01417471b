using Restate.Sdk;

namespace Machines;

/// <summary>A promise whose code is known, whatever its types.</summary>
internal interface IDurablePromise
{
    ValueTask<object?> RunAsync(SharedObjectContext context, object? input);
}
