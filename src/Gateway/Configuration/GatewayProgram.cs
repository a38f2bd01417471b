using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Gateway.Configuration;

/// <summary>The gateway as a program: what is wrong with how it was started goes to stderr, a line each.</summary>
internal static class GatewayProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (GatewayCommandLine.Parse(args, out var exitCode) is not { } settings)
            return exitCode;

        try
        {
            await using var app = MachineGatewayApplication.Create(settings, configure: null);
            await app.RunAsync();
            return ExitCodes.Ok;
        }
        catch (Exception e) when (ProblemsOf(e) is { } problems)
        {
            foreach (var problem in problems.Distinct())
                await Console.Error.WriteLineAsync(problem);
            return ExitCodes.Configuration;
        }
    }

    /// <summary>What the user can mend: the options, a file, an address or a port that cannot be had. Null for what is our own fault.</summary>
    private static IEnumerable<string>? ProblemsOf(Exception exception) => exception switch
    {
        OptionsValidationException e => e.Failures,
        AggregateException e when e.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            e.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures),
        SocketException => [$"{GatewayOptions.Section}:{nameof(GatewayOptions.Listen)}: the gateway cannot listen there: {exception.Message}"],
        InvalidDataException { InnerException: FormatException } => [$"{exception.Message} {exception.GetBaseException().Message}"],
        IOException or InvalidDataException or UnauthorizedAccessException => [exception.Message],
        _ => null,
    };
}
