using System.Xml.Linq;

namespace Statecharts.Tests.Diagrams;

public class DiagramTests
{
    private static readonly StateMachine s_machine = Build();

    private static StateMachine Build()
    {
        var machine = new StateMachineBuilder<string, Data>("order").InitialTransition("draft");
        machine.Root.Permit("RESET", "draft");
        machine.Configure("draft").PermitIf("SUBMIT", "busy", (data, _) => data.Count > 0).InternalTransition("EDIT", (data, _) => data.Count++);
        machine.Configure("busy").Parallel().OnDone("done").Permit("order.*", "draft");
        machine.Configure("busy.pay").InitialTransition("busy.pay.open");
        machine.Configure("busy.pay.open").Invoke(new PromiseActor("charge")).OnDone("busy.pay.paid").OnError("draft").OnSnapshot();
        machine.Configure("busy.pay.paid").Final();
        machine.Configure("busy.ship").InitialTransition("busy.ship.wait");
        machine.Configure("busy.ship.wait").After(TimeSpan.FromSeconds(5), "busy.ship.sent").After("later", _ => TimeSpan.Zero, "busy.ship.sent");
        machine.Configure("busy.ship.sent").Final();
        machine.Configure("busy.back").History(HistoryKind.Deep);
        machine.Configure("done").Always("draft");
        return machine.Build();
    }

    private static IEnumerable<StateNode> Active => s_machine.Send(
        s_machine.ReadSnapshot(System.Text.Json.JsonDocument.Parse("""{"status":"active","value":"draft","context":{"count":1}}""").RootElement),
        new Event("SUBMIT")).Snapshot.ActiveStates;

    [Fact]
    public void Mermaid_shows_states_transitions_and_what_is_active()
    {
        Assert.Equal(
            """
            stateDiagram-v2
              [*] --> s1
              state "draft" as s1
              state "busy" as s2
              state s2 {
                state "pay" as s3
                state s3 {
                  [*] --> s4
                  state "open" as s4
                  s4 : invokes charge
                  state "paid" as s5
                  s5 --> [*]
                }
                --
                state "ship" as s6
                state s6 {
                  [*] --> s7
                  state "wait" as s7
                  state "sent" as s8
                  s8 --> [*]
                }
                state "H*" as s9
              }
              state "done" as s10
              %% anywhere: RESET --> draft
              s1 --> s2 : SUBMIT [(data, _) =#62; data.Count #62; 0]
              s1 : EDIT
              s2 --> s1 : order.*
              s2 --> s10 : done
              s4 --> s5 : done#58; charge
              s4 --> s1 : error#58; charge
              s7 --> s8 : after 5000 ms
              s7 --> s8 : after later
              s10 --> s1 : always
              classDef active fill:#d5f0d5,stroke:#2e7d32,stroke-width:2px
              class s2,s3,s4,s6,s7 active

            """.ReplaceLineEndings("\n"),
            s_machine.ToMermaid(Active));
    }

    [Fact]
    public void Dot_shows_states_with_children_as_clusters()
    {
        var dot = s_machine.ToDot(Active);

        Assert.StartsWith("digraph \"order\" {\n", dot, StringComparison.Ordinal);
        Assert.Contains("subgraph cluster_s2 {", dot, StringComparison.Ordinal);
        Assert.Contains("s4 [label=\"open\", fillcolor=\"#d5f0d5\", color=\"#2e7d32\", penwidth=2];", dot, StringComparison.Ordinal);
        Assert.Contains("s1 -> s2 [label=\"SUBMIT [(data, _) => data.Count > 0]\", lhead=cluster_s2];", dot, StringComparison.Ordinal);
        Assert.Contains("s2 -> s1 [label=\"order.*\", ltail=cluster_s2];", dot, StringComparison.Ordinal);
        Assert.Contains("s9 [label=\"H*\", shape=circle];", dot, StringComparison.Ordinal);
        Assert.Equal(dot.Count(c => c == '{'), dot.Count(c => c == '}'));
    }

    [Fact]
    public void Svg_is_well_formed_and_no_two_siblings_overlap()
    {
        var svg = XDocument.Parse(s_machine.ToSvg(Active));
        XNamespace ns = "http://www.w3.org/2000/svg";

        var titles = svg.Descendants(ns + "text").Where(text => (string?)text.Attribute("class") == "title").Select(text => text.Value);
        Assert.Equal(s_machine.States.Select(state => state.Path == "busy.back" ? "H*" : state.Key), titles);
        Assert.Equal(5, svg.Descendants(ns + "rect").Count(rect => ((string)rect.Attribute("class")!).Contains("active", StringComparison.Ordinal)));
        Assert.Equal(9, svg.Descendants(ns + "path").Count(path => path.Attribute("marker-end") is not null));

        var root = SvgLayout.Place(s_machine.Root);
        CheckLayout(root);

        static void CheckLayout(SvgBox box)
        {
            foreach (var child in box.Children)
            {
                Assert.InRange(child.X, box.X, box.X + box.Width - child.Width);
                Assert.InRange(child.Y, box.Y + box.HeaderHeight, box.Y + box.Height - child.Height);
                Assert.DoesNotContain(box.Children, other => other != child
                    && other.X < child.X + child.Width && child.X < other.X + other.Width
                    && other.Y < child.Y + child.Height && child.Y < other.Y + other.Height);
                CheckLayout(child);
            }
        }
    }
}
