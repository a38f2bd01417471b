namespace Statecharts;

/// <summary>A state's place in an SVG diagram.</summary>
internal sealed class SvgBox(StateNode node, IReadOnlyList<(string Text, Transition? Transition)> lines)
{
    internal const double Padding = 12;
    internal const double LineHeight = 18;
    internal const double CharacterWidth = 7;

    internal StateNode Node { get; } = node;

    /// <summary>What is written under the title: invocations, and a line for each transition.</summary>
    internal IReadOnlyList<(string Text, Transition? Transition)> Lines { get; } = lines;

    internal List<SvgBox> Children { get; } = [];

    internal double X { get; set; }

    internal double Y { get; set; }

    internal double Width { get; set; }

    internal double Height { get; set; }

    /// <summary>How high the title and the lines are, without the children.</summary>
    internal double HeaderHeight => Padding + (1 + Lines.Count) * LineHeight;

    /// <summary>How wide the title and the lines are.</summary>
    internal double HeaderWidth =>
        2 * Padding + CharacterWidth * Lines.Select(line => line.Text.Length).Append(DiagramText.Title(Node).Length).Max();

    /// <summary>The height at which a transition leaves the box.</summary>
    internal double LineY(Transition transition)
    {
        for (var i = 0; i < Lines.Count; i++)
        {
            if (Lines[i].Transition == transition)
                return Y + Padding + (i + 1.5) * LineHeight - 4;
        }
        return Y + Padding;
    }

    internal void MoveBy(double x, double y)
    {
        X += x;
        Y += y;
        foreach (var child in Children)
            child.MoveBy(x, y);
    }
}
