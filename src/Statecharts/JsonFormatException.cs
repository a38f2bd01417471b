namespace Statecharts;

/// <summary>JSON that is not what it should be: a snapshot, an event, an input, a config. The message names the path.</summary>
public sealed class JsonFormatException : FormatException
{
    /// <summary>Says what is wrong, and where.</summary>
    /// <param name="path">The JSON path, such as <c>value.processing</c>; empty for the whole.</param>
    /// <param name="problem">What is wrong there.</param>
    /// <param name="inner">What found it.</param>
    public JsonFormatException(string path, string problem, Exception? inner = null)
        : base(path?.Length > 0 ? $"{path}: {problem}" : problem, inner)
    {
        Path = path ?? "";
        Problem = problem;
    }

    /// <summary>The JSON path that is wrong; empty for the whole.</summary>
    public string Path { get; }

    /// <summary>What is wrong there.</summary>
    public string Problem { get; }

    /// <summary>The same problem, seen from the object around it.</summary>
    internal JsonFormatException Under(string path) =>
        new(Path.Length == 0 ? path : Path[0] == '[' ? path + Path : $"{path}.{Path}", Problem, this);
}
