namespace Restate.Sdk;

/// <summary>A handler on raw bytes: what every typed handler becomes.</summary>
/// <param name="context">
/// The invocation's context: an <see cref="ObjectContext"/> for an exclusive handler of a virtual object,
/// a <see cref="SharedObjectContext"/> for a shared one.
/// </param>
/// <param name="input">The request body, possibly empty.</param>
/// <returns>The response body, possibly empty.</returns>
/// <remarks>
/// A <see cref="TerminalException"/> ends the invocation with that failure. Any other exception fails this attempt only:
/// Restate retries it.
/// </remarks>
public delegate ValueTask<ReadOnlyMemory<byte>> RawHandler(Context context, ReadOnlyMemory<byte> input);
