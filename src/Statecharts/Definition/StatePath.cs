using System.Text;

namespace Statecharts;

/// <summary>Dotted state paths, where a backslash keeps a dot in a name.</summary>
internal static class StatePath
{
    internal static List<string> Split(string path)
    {
        var segments = new List<string>();
        var segment = new StringBuilder();
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '\\' && i + 1 < path.Length)
            {
                segment.Append(path[++i]);
            }
            else if (path[i] == '.')
            {
                segments.Add(segment.ToString());
                segment.Clear();
            }
            else
            {
                segment.Append(path[i]);
            }
        }
        segments.Add(segment.ToString());
        return segments;
    }

    internal static string Escape(string name) => name
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace(".", "\\.", StringComparison.Ordinal);
}
