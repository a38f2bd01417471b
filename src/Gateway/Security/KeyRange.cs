namespace Gateway.Security;

/// <summary>One key, or all that begin alike.</summary>
/// <param name="Text">The key, or how the keys begin.</param>
/// <param name="IsPrefix">Which of the two.</param>
internal sealed record KeyRange(string Text, bool IsPrefix)
{
    public bool Contains(string key) => IsPrefix ? key.StartsWith(Text, StringComparison.Ordinal) : key == Text;
}
