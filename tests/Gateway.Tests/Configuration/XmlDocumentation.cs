using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Gateway.Tests.Configuration;

/// <summary>The summaries of an assembly's XML documentation, as Markdown in one line.</summary>
internal sealed partial class XmlDocumentation(string file)
{
    private readonly Dictionary<string, XElement> _members =
        XDocument.Load(file).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    public string SummaryOf(MemberInfo member)
    {
        var name = member is Type type ? $"T:{type.FullName}" : $"P:{member.DeclaringType!.FullName}.{member.Name}";
        var summary = _members.TryGetValue(name, out var documented) ? documented.Element("summary") : null;
        return summary is null
            ? throw new InvalidOperationException($"{name} has no summary.")
            : Spaces().Replace(string.Concat(summary.Nodes().Select(Markdown)), " ").Trim();
    }

    private static string Markdown(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see when see.Attribute("cref") is { } reference => $"`{reference.Value[(reference.Value.LastIndexOf('.') + 1)..]}`",
        XElement { Name.LocalName: "see" } see when see.Attribute("href") is { } link => $"[{see.Value}]({link.Value})",
        XElement element => " " + string.Concat(element.Nodes().Select(Markdown)) + " ",
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
