using System.Runtime.CompilerServices;

namespace Rpc.Json;

/// <summary>Keeps recursion within <see cref="JsonTranscoderOptions.MaxDepth"/>, and within the stack if that is set too high.</summary>
internal static class NestingLimit
{
    /// <param name="depth">How many messages the next one is nested in.</param>
    /// <param name="options">Which say how many there may be.</param>
    public static void Check(int depth, JsonTranscoderOptions options)
    {
        if (depth >= options.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new TranscodingException($"messages are nested more than {depth} deep");
    }
}
