using System.Globalization;
using System.Text;

namespace Statecharts;

/// <summary>Draws a machine in Graphviz's DOT: states with children are clusters.</summary>
internal sealed class DotDiagram(IReadOnlySet<StateNode> active)
{
    private readonly StringBuilder _text = new();

    internal static string Draw(StateMachine machine, IReadOnlySet<StateNode> active)
    {
        var diagram = new DotDiagram(active);
        diagram.Line(0, $"digraph {Quote(machine.Id)} {{");
        diagram.Line(1, "compound=true; rankdir=LR; fontname=\"Helvetica\";");
        diagram.Line(1, "node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"Helvetica\"];");
        diagram.Line(1, "edge [fontname=\"Helvetica\", fontsize=10];");
        diagram.State(machine.Root, 1);
        foreach (var node in machine.States)
            diagram.Transitions(node);
        diagram.Line(0, "}");
        return diagram._text.ToString();
    }

    private void State(StateNode node, int depth)
    {
        var fill = active.Contains(node) ? ", fillcolor=\"#d5f0d5\", color=\"#2e7d32\", penwidth=2" : "";
        if (node.Children.Count == 0)
        {
            var shape = node.Kind switch
            {
                StateNodeKind.Final => ", peripheries=2",
                StateNodeKind.History => ", shape=circle",
                _ => "",
            };
            Line(depth, $"{Id(node)} [label={Quote(DiagramText.Title(node))}{shape}{fill}];");
            return;
        }
        Line(depth, $"subgraph cluster_{Id(node)} {{");
        var style = node.Parent?.Kind == StateNodeKind.Parallel ? "dashed" : "rounded";
        var background = active.Contains(node) && node.Parent is not null ? " color=\"#2e7d32\"; penwidth=2;" : "";
        Line(depth + 1, $"label={Quote(DiagramText.Title(node))}; style={style};{background}");
        // An edge needs a node at either end; this one stands for the cluster, and for its beginning.
        Line(depth + 1, $"{Id(node)} [shape=point, width=0.12];");
        foreach (var child in node.Children)
            State(child, depth + 1);
        Line(depth, "}");
        if (node.Initial is { } initial)
            Line(depth, $"{Id(node)} -> {Id(initial)}{Heads(null, initial)};");
    }

    private void Transitions(StateNode node)
    {
        foreach (var transition in DiagramText.Shown(node))
        {
            var targets = transition.HasTargets ? transition.Targets : [node];
            foreach (var target in targets)
                Line(1, $"{Id(node)} -> {Id(target)}{Heads(node, target, DiagramText.Label(transition))};");
        }
    }

    private static string Heads(StateNode? source, StateNode target, string? label = null)
    {
        var attributes = new List<string>();
        if (label is not null)
            attributes.Add($"label={Quote(label)}");
        if (source is { Children.Count: > 0 } && source != target && !target.IsProperDescendantOf(source))
            attributes.Add($"ltail=cluster_{Id(source)}");
        if (target.Children.Count > 0 && source != target && source?.IsProperDescendantOf(target) != true)
            attributes.Add($"lhead=cluster_{Id(target)}");
        return attributes.Count == 0 ? "" : $" [{string.Join(", ", attributes)}]";
    }

    private void Line(int depth, string text) => _text.Append(' ', depth * 2).Append(text).Append('\n');

    private static string Id(StateNode node) => $"s{node.Index.ToString(CultureInfo.InvariantCulture)}";

    private static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings(" ")}\"";
}
