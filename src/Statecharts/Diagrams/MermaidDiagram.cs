using System.Globalization;
using System.Text;

namespace Statecharts;

/// <summary>Draws a machine as a Mermaid <c>stateDiagram-v2</c>.</summary>
internal sealed class MermaidDiagram(IReadOnlySet<StateNode> active)
{
    private readonly StringBuilder _text = new("stateDiagram-v2\n");

    internal static string Draw(StateMachine machine, IReadOnlySet<StateNode> active)
    {
        var diagram = new MermaidDiagram(active);
        diagram.Children(machine.Root, 1);
        diagram.Transitions(machine.Root, "root", 1);
        foreach (var node in machine.States.Skip(1))
            diagram.Transitions(node, Id(node), 1);
        diagram.Active();
        return diagram._text.ToString();
    }

    private void Children(StateNode parent, int depth)
    {
        if (parent.Initial is { } initial)
            Line(depth, $"[*] --> {Id(initial)}");
        var isFirst = true;
        foreach (var node in parent.Children)
        {
            if (parent.Kind == StateNodeKind.Parallel && node.Kind != StateNodeKind.History)
            {
                if (!isFirst)
                    Line(depth, "--");
                isFirst = false;
            }
            State(node, depth);
        }
    }

    private void State(StateNode node, int depth)
    {
        Line(depth, $"state \"{Escape(DiagramText.Title(node))}\" as {Id(node)}");
        if (node.Children.Count > 0)
        {
            Line(depth, $"state {Id(node)} {{");
            Children(node, depth + 1);
            Line(depth, "}");
        }
        if (node.Kind == StateNodeKind.Final)
            Line(depth, $"{Id(node)} --> [*]");
        foreach (var invocation in node.Invocations)
            Line(depth, $"{Id(node)} : invokes {Escape(invocation.Source)}");
    }

    private void Transitions(StateNode node, string id, int depth)
    {
        // Mermaid has no arrow that begins at the whole; such transitions are told in a note.
        foreach (var transition in DiagramText.Shown(node))
        {
            var label = Escape(DiagramText.Label(transition));
            if (node.Parent is null)
                Line(depth, $"%% anywhere: {label} --> {string.Join(", ", transition.Targets.Select(target => target.Path))}");
            else if (!transition.HasTargets)
                Line(depth, $"{id} : {label}");
            foreach (var target in transition.Targets.Where(_ => node.Parent is not null))
                Line(depth, $"{id} --> {(target.Parent is null ? "[*]" : Id(target))} : {label}");
        }
    }

    private void Active()
    {
        var marked = active.Where(node => node.Parent is not null).OrderBy(node => node.Index).ToList();
        if (marked.Count == 0)
            return;
        Line(1, "classDef active fill:#d5f0d5,stroke:#2e7d32,stroke-width:2px");
        Line(1, $"class {string.Join(',', marked.Select(Id))} active");
    }

    private void Line(int depth, string text) => _text.Append(' ', depth * 2).Append(text).Append('\n');

    private static string Id(StateNode node) => $"s{node.Index.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Writes what Mermaid would read as its own as numbered entities.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '#' or ';' or ':' or '{' or '}' or '<' or '>' or '"' or '%' or '\n' or '\r')
                escaped.Append(CultureInfo.InvariantCulture, $"#{(int)(c is '\n' or '\r' ? ' ' : c)};");
            else
                escaped.Append(c);
        }
        return escaped.ToString();
    }
}
