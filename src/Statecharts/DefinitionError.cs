namespace Statecharts;

/// <summary>Something wrong with a machine's definition.</summary>
/// <param name="Path">The state's dotted path; empty for the machine itself.</param>
/// <param name="Message">What is wrong, and how to put it right.</param>
public sealed record DefinitionError(string Path, string Message)
{
    /// <summary>The error in one line.</summary>
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}
