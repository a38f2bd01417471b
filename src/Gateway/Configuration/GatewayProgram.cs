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

    /// <summary>What the user can mend: the options, a file of descriptors, a port that is taken. Null for what is our own fault.</summary>
    private static IEnumerable<string>? ProblemsOf(Exception exception) => exception switch
    {
        OptionsValidationException e => e.Failures,
        AggregateException e when e.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            e.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures),
        IOException or InvalidDataException => [exception.Message],
        _ => null,
    };
}
