using System.Globalization;
using System.Net;
using System.Text;

namespace Statecharts;

/// <summary>Draws a machine as an SVG image. Each transition is a line in its state's box, from which the arrow goes out.</summary>
internal sealed class SvgDiagram(IReadOnlySet<StateNode> active)
{
    private readonly StringBuilder _text = new();
    private readonly Dictionary<StateNode, SvgBox> _boxes = [];

    internal static string Draw(StateMachine machine, IReadOnlySet<StateNode> active)
    {
        var diagram = new SvgDiagram(active);
        var root = SvgLayout.Place(machine.Root);
        root.MoveBy(10, 10);
        diagram.Open(root);
        diagram.Box(root);
        foreach (var node in machine.States)
            diagram.Arrows(node);
        diagram.Line("</svg>");
        return diagram._text.ToString();
    }

    private void Open(SvgBox root)
    {
        var size = $"{Number(root.Width + 60)} {Number(root.Height + 20)}";
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size}\" width=\"{Number(root.Width + 60)}\" height=\"{Number(root.Height + 20)}\">");
        Line("<style>");
        Line("text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: #222 } .title { font-weight: bold }");
        Line("rect { fill: #fff; stroke: #555 } .region { stroke-dasharray: 5 4 } .history { stroke-dasharray: 2 2 }");
        Line(".active { fill: #d5f0d5; stroke: #2e7d32; stroke-width: 2 } .inner { fill: none }");
        Line("path { fill: none; stroke: #4668b0 } .initial { fill: #222; stroke: none } .muted { fill: #4668b0 }");
        Line("</style>");
        Line("<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">"
            + "<path d=\"M0 0 L8 4 L0 8 z\" style=\"fill:#4668b0\"/></marker></defs>");
    }

    private void Box(SvgBox box)
    {
        var node = box.Node;
        _boxes[node] = box;
        var kind = node.Kind == StateNodeKind.History ? "history" : node.Parent?.Kind == StateNodeKind.Parallel ? "region" : "state";
        Rectangle(box, 0, active.Contains(node) && node.Parent is not null ? $"{kind} active" : kind);
        if (node.Kind == StateNodeKind.Final)
            Rectangle(box, 3, "inner");
        var y = box.Y + SvgBox.Padding + SvgBox.LineHeight / 2;
        Text(box.X + SvgBox.Padding, y, "title", DiagramText.Title(node));
        foreach (var (text, transition) in box.Lines)
            Text(box.X + SvgBox.Padding, y += SvgBox.LineHeight, transition is null ? "" : "muted", text);
        foreach (var child in box.Children)
            Box(child);
        if (node.Initial is { } initial)
        {
            var target = _boxes[initial];
            Line($"<circle class=\"initial\" cx=\"{Number(target.X)}\" cy=\"{Number(target.Y)}\" r=\"4\"/>");
        }
    }

    private void Arrows(StateNode node)
    {
        var from = _boxes[node];
        foreach (var transition in DiagramText.Shown(node))
        {
            foreach (var target in transition.Targets)
                Arrow(from, from.LineY(transition), _boxes[target]);
        }
    }

    private void Arrow(SvgBox from, double y, SvgBox to)
    {
        var (x1, y1) = (from.X + from.Width, y);
        var (x2, y2) = (to.X, to.Y + SvgBox.Padding);
        if (to.Node.IsProperDescendantOf(from.Node))
            x1 = from.X + SvgBox.Padding + SvgBox.CharacterWidth;
        // What lies to the left is reached from its right side, so that the arrow does not cross it.
        var goesBack = x2 <= x1 && !to.Node.IsProperDescendantOf(from.Node);
        if (goesBack)
            x2 = to.X + to.Width;
        var bend = Math.Clamp(Math.Abs(x2 - x1) / 2, 20, 50);
        var into = goesBack ? x2 + bend : x2 - bend;
        Line($"<path d=\"M{Number(x1)} {Number(y1)} C{Number(x1 + bend)} {Number(y1)} {Number(into)} {Number(y2)} {Number(x2)} {Number(y2)}\" "
            + "marker-end=\"url(#arrow)\"/>");
    }

    private void Rectangle(SvgBox box, double inset, string style) => Line(
        $"<rect class=\"{style}\" x=\"{Number(box.X + inset)}\" y=\"{Number(box.Y + inset)}\" width=\"{Number(box.Width - 2 * inset)}\" "
        + $"height=\"{Number(box.Height - 2 * inset)}\" rx=\"6\"/>");

    private void Text(double x, double y, string style, string text) =>
        Line($"<text class=\"{style}\" x=\"{Number(x)}\" y=\"{Number(y)}\">{WebUtility.HtmlEncode(text)}</text>");

    private void Line(string text) => _text.Append(text).Append('\n');

    private static string Number(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
