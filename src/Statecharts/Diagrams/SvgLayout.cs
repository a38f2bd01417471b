namespace Statecharts;

/// <summary>
/// Gives states their places: a compound state's children in columns, by how many transitions they are away from the
/// initial one; a parallel state's regions one above the other.
/// </summary>
internal static class SvgLayout
{
    private const double ColumnGap = 60;
    private const double RowGap = 20;

    internal static SvgBox Place(StateNode node)
    {
        var lines = node.Invocations.Select(invocation => ($"invokes {invocation.Source}", (Transition?)null))
            .Concat(DiagramText.Shown(node).Select(transition => (Text(transition), (Transition?)transition)));
        var box = new SvgBox(node, [.. lines]);
        foreach (var child in node.Children)
            box.Children.Add(Place(child));
        var (width, height) = node.Kind == StateNodeKind.Parallel ? Stack(box, box.Children, SvgBox.Padding) : Columns(box);
        box.Width = Math.Max(box.HeaderWidth, width);
        box.Height = box.HeaderHeight + (box.Children.Count > 0 ? height + SvgBox.Padding : SvgBox.Padding / 2);
        return box;
    }

    private static (double Width, double Height) Columns(SvgBox box)
    {
        var x = SvgBox.Padding;
        var height = 0d;
        foreach (var column in Layers(box.Node))
        {
            var boxes = box.Children.FindAll(child => column.Contains(child.Node));
            var (width, columnHeight) = Stack(box, boxes, x);
            x += width - 2 * SvgBox.Padding + ColumnGap;
            height = Math.Max(height, columnHeight);
        }
        return (x - ColumnGap + 2 * SvgBox.Padding, height);
    }

    private static (double Width, double Height) Stack(SvgBox parent, List<SvgBox> boxes, double x)
    {
        var y = parent.HeaderHeight + SvgBox.Padding / 2;
        var width = 0d;
        foreach (var box in boxes)
        {
            box.MoveBy(x, y);
            y += box.Height + RowGap;
            width = Math.Max(width, box.Width);
        }
        return (width + 2 * SvgBox.Padding, y - RowGap - parent.HeaderHeight);
    }

    private static List<List<StateNode>> Layers(StateNode parent)
    {
        var layers = new List<List<StateNode>>();
        var left = parent.Children.ToList();
        while (left.Count > 0)
        {
            // Each part that nothing before it leads to begins again on the left of what is left.
            List<StateNode> layer = [parent.Initial is { } initial && left.Contains(initial) ? initial : left[0]];
            while (layer.Count > 0)
            {
                layers.Add(layer);
                left.RemoveAll(layer.Contains);
                layer = left.FindAll(node => layer.Exists(from => LeadsTo(from, node)));
            }
        }
        return layers;
    }

    private static bool LeadsTo(StateNode from, StateNode to) =>
        from.Machine.States.Skip(from.Index).Take(from.LastIndex - from.Index + 1)
            .SelectMany(DiagramText.Shown)
            .SelectMany(transition => transition.Targets)
            .Any(target => target == to || target.IsProperDescendantOf(to));

    private static string Text(Transition transition)
    {
        const int Longest = 60;
        var text = DiagramText.Label(transition).ReplaceLineEndings(" ");
        return text.Length <= Longest ? text : $"{text[..(Longest - 1)]}…";
    }
}
