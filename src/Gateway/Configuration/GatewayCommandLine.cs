using System.CommandLine;
using System.CommandLine.Help;
using Rpc;

namespace Gateway.Configuration;

/// <summary>
/// The gateway's command line: a switch for each common setting, and <c>--Section:Key=value</c> for every other. What it says wins
/// over the environment, and that over appsettings.json.
/// </summary>
internal static class GatewayCommandLine
{
    /// <summary>The switches, in the help's order.</summary>
    public static IReadOnlyList<CommandLineSwitch> Switches { get; } =
    [
        Repeatable("--ingress", "address", "Restate's ingress: http://host:port, https://host or unix:///path/of/the/socket. Several spread the calls",
            index => index == 0 ? nameof(GatewayOptions.Ingress) : $"{nameof(GatewayOptions.Upstream)}:{nameof(UpstreamOptions.FurtherIngresses)}:{index - 1}"),
        Single("--ingress-token-file", "path", "A file with the token that Restate's ingress and admin API want",
            $"{nameof(GatewayOptions.Upstream)}:{nameof(UpstreamOptions.BearerTokenFile)}"),
        Single("--admin", "address", "Restate's admin API, where registered machines publish their descriptors", nameof(GatewayOptions.Admin)),
        Repeatable("--descriptors", "path", "A file with descriptors of machines that publish none, as 'buf build -o' writes it",
            index => $"{nameof(GatewayOptions.Descriptors)}:{index}"),
        Repeatable("--listen", "address", "An IP address to listen on instead of loopback", index => $"{nameof(GatewayOptions.Listen)}:{index}"),
        Single("--grpc-port", "port", "The port of gRPC", nameof(GatewayOptions.GrpcPort)),
        Single("--http-port", "port", "The port of HTTP/1.1: Connect, gRPC-Web, health and metrics", nameof(GatewayOptions.HttpPort)),
        Repeatable("--cors-origin", "origin", "An origin whose pages may call, as https://host; * is every origin",
            index => $"{nameof(GatewayOptions.CorsOrigins)}:{index}"),
        Single("--poll-interval", "duration", "How often Restate is asked for new, changed and removed machines", nameof(GatewayOptions.PollInterval)),
        Single("--retry-timeout", "duration", "How long a call without a deadline waits for Restate", nameof(GatewayOptions.RetryTimeout)),
    ];

    /// <summary>Reads the settings off a command line. Without a result, it has printed why: help, version, or what is wrong.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="exitCode">What to end with when there is no result.</param>
    public static IReadOnlyDictionary<string, string?>? Parse(string[] args, out int exitCode)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in args.Where(IsSetting).Select(setting => setting[2..].Split('=', 2)))
            settings[setting[0]] = setting[1];

        var options = Switches.ToDictionary(known => known, CreateOption);
        var command = new RootCommand(
            "Serves machines on Restate as typed gRPC services. Every setting of docs/configuration.md can be given as --Section:Key=value, " +
            "as the environment variable Section__Key, or in appsettings.json.");
        foreach (var option in options.Values)
            command.Add(option);

        var isParsed = false;
        command.SetAction(parsed =>
        {
            isParsed = true;
            foreach (var (known, option) in options)
            {
                foreach (var (index, value) in (parsed.GetValue(option) ?? []).Index())
                    settings[$"{GatewayOptions.Section}:{known.Keys(index)}"] = value;
            }
        });
        var result = command.Parse([.. args.Where(argument => !IsSetting(argument))]);
        exitCode = result.Errors.Count > 0 ? ExitCodes.Usage : ExitCodes.Ok;
        result.Invoke();
        if (result.Action is HelpAction)
            Console.Write($"Settings, their kinds and their defaults:\n{SettingList.Of(GatewayOptions.Section, new GatewayOptions())}{SettingList.Of(RpcOptions.Section, new RpcOptions())}");
        return isParsed ? settings : null;
    }

    private static Option<string[]> CreateOption(CommandLineSwitch known)
    {
        var option = new Option<string[]>(known.Name) { Description = known.Description, HelpName = known.Value, Arity = ArgumentArity.OneOrMore };
        if (!known.IsRepeatable)
        {
            option.Validators.Add(given =>
            {
                if (given.Tokens.Count > 1)
                    given.AddError($"{known.Name} can be given once only.");
            });
        }

        return option;
    }

    private static CommandLineSwitch Single(string name, string value, string description, string key) => new(name, value, description, _ => key);

    private static CommandLineSwitch Repeatable(string name, string value, string description, Func<int, string> keys) =>
        new(name, value, description, keys, IsRepeatable: true);

    /// <summary>Whether an argument is <c>--Section:Key=value</c>.</summary>
    private static bool IsSetting(string argument)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        return argument.StartsWith("--", StringComparison.Ordinal) && equals > 0 && argument.AsSpan(0, equals).Contains(':');
    }
}
