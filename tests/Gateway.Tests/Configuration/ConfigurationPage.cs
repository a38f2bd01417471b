using System.Globalization;
using System.Reflection;
using System.Text;
using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

/// <summary>The text of docs/configuration.md, made from the options' classes and their XML documentation.</summary>
internal sealed class ConfigurationPage
{
    private const string Introduction = """
        # Configuration

        Made from the options' own documentation by a test; to write it anew after a change of theirs:
        `UPDATE_DOCS=1 dotnet test tests/Gateway.Tests --filter ConfigurationPage`.

        A setting has the same name everywhere. Of the places where it can be given, the last that gives it wins:

        | place | for example |
        | --- | --- |
        | `appsettings.json` beside the executable | `{"Gateway": {"Upstream": {"RetryBudget": 200}}}` |
        | an environment variable, with `__` between the parts | `Gateway__Upstream__RetryBudget=200` |
        | the command line | `--Gateway:Upstream:RetryBudget=200` |
        | code that hosts the gateway | `AddMachineGateway(options => options.Upstream.RetryBudget = 200)` |

        The items of a list are numbered from 0: `Gateway__Descriptors__0=machines.binpb`. A duration is `hours:minutes:seconds`, with
        `days.` before and fractions after: `00:00:02.5`.

        The gateway checks all of it before it listens. What is wrong goes to stderr, a line for each setting, and it ends with exit code 1;
        with 2 when the command line cannot be read. A setting of `Gateway` that there is not is an error too, not a surprise. `--help` lists every
        setting of this page with its kind and its default.


        """;

    private readonly StringBuilder _text = new();
    private readonly Dictionary<Assembly, XmlDocumentation> _documentation = [];

    public ConfigurationPage(IEnumerable<CommandLineSwitch> switches)
    {
        _text.Append(Introduction).Append("## Switches\n\nFor the command line only, beside `--help` and `--version`.\n\n| switch | sets | |\n| --- | --- | --- |\n");
        foreach (var known in switches)
        {
            var keys = string.Join(", ", Enumerable.Range(0, known.IsRepeatable ? 2 : 1).Select(index => $"`{GatewayOptions.Section}:{known.Keys(index)}`"));
            _text.Append(CultureInfo.InvariantCulture, $"| `{known.Name} <{known.Value}>` | {keys}{(known.IsRepeatable ? ", …" : "")} | {known.Description}. |\n");
        }
    }

    /// <summary>Adds an options class and those nested in it.</summary>
    public ConfigurationPage AddSection(string section, Type options)
    {
        _text.Append(CultureInfo.InvariantCulture, $"\n## {section}\n\n{SummaryOf(options)}\n\n| setting | kind | |\n| --- | --- | --- |\n");
        var nested = new List<(string Section, Type Options)>();
        foreach (var property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance).OrderBy(property => property.MetadataToken))
        {
            var type = property.PropertyType;
            var item = OptionType.MapValueOf(type) ?? OptionType.ItemOf(type);
            var kind = OptionType.NameOf(type);
            if (item is not null && OptionType.IsSection(item))
            {
                kind = "list of sections";
                nested.Add(($"{section}:{property.Name}:{(OptionType.MapValueOf(type) is null ? "0" : "name")}", item));
            }
            else if (OptionType.IsSection(type))
            {
                kind = "section";
                nested.Add(($"{section}:{property.Name}", type));
            }

            _text.Append(CultureInfo.InvariantCulture, $"| `{property.Name}` | {kind} | {SummaryOf(property)} |\n");
        }

        foreach (var (name, nestedOptions) in nested)
            AddSection(name, nestedOptions);
        return this;
    }

    public override string ToString() => _text.ToString();

    private string SummaryOf(MemberInfo member)
    {
        var assembly = member.Module.Assembly;
        if (!_documentation.TryGetValue(assembly, out var documentation))
            _documentation[assembly] = documentation = new XmlDocumentation(Path.ChangeExtension(assembly.Location, ".xml"));
        return documentation.SummaryOf(member).Replace("|", "\\|", StringComparison.Ordinal);
    }
}
