using System.Runtime.InteropServices;

namespace Gateway.Security;

/// <summary>
/// Counts the calls that callers have open. <c>System.Threading.RateLimiting</c> has limiters for that too, but looks ten times a second, calls or
/// not, which of them are out of use.
/// </summary>
/// <param name="most">How many a caller may have open.</param>
internal sealed class OpenCalls(int most)
{
    private readonly Lock _changing = new();
    private readonly Dictionary<string, int> _counts = [];

    /// <summary>Counts one more of a caller's, unless it has as many as it may.</summary>
    public bool TryBegin(string caller)
    {
        lock (_changing)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, caller, out _);
            if (count >= most)
                return false;

            count++;
            return true;
        }
    }

    /// <summary>Counts one less.</summary>
    public void End(string caller)
    {
        lock (_changing)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_counts, caller);
            if (--count == 0)
                _counts.Remove(caller);
        }
    }
}
