using System.Collections;

namespace Restate.Sdk.Hosting;

/// <summary>The logging scope of an attempt.</summary>
internal sealed class InvocationScope(string invocationId, string service, string key, string handler)
    : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 2;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("InvocationId", invocationId),
        1 => new("Target", Target),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    private string Target => key.Length == 0 ? $"{service}/{handler}" : $"{service}/{key}/{handler}";

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
        yield return this[1];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{invocationId} {Target}";
}
