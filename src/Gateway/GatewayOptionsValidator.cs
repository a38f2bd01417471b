using Gateway.Upstream;
using Microsoft.Extensions.Options;

namespace Gateway;

/// <summary>Finds everything that is wrong with the configuration at once, before anything listens.</summary>
internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    // What every timer takes; some stop at 2^31 ms.
    private static readonly TimeSpan ShortestDuration = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(24);

    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var problems = new List<string>();
        CheckIngress(nameof(options.Ingress), options.Ingress);
        CheckAddress(nameof(options.Admin), options.Admin);
        CheckPort(nameof(options.GrpcPort), options.GrpcPort);
        CheckPort(nameof(options.HttpPort), options.HttpPort);
        if (options.HttpPort == options.GrpcPort && !options.Tls.IsEnabled)
            Add(nameof(options.HttpPort), $"{options.HttpPort} is {nameof(options.GrpcPort)}, too; without TLS each needs a port of its own");
        CheckDuration(nameof(options.PollInterval), options.PollInterval);
        CheckDuration(nameof(options.RetryTimeout), options.RetryTimeout);
        CheckDuration($"{nameof(options.Streams)}:{nameof(options.Streams.HeartbeatInterval)}", options.Streams.HeartbeatInterval);
        CheckDuration($"{nameof(options.Streams)}:{nameof(options.Streams.UpstreamWait)}", options.Streams.UpstreamWait);
        CheckAtLeastOne($"{nameof(options.Streams)}:{nameof(options.Streams.WatchBacklog)}", options.Streams.WatchBacklog);
        CheckAtLeastOne($"{nameof(options.Streams)}:{nameof(options.Streams.SendStreamConcurrency)}", options.Streams.SendStreamConcurrency);
        foreach (var path in options.Descriptors.Where(path => !File.Exists(path)))
            Add(nameof(options.Descriptors), $"there is no file '{path}'");
        CheckUpstream(options.Upstream);

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Add(string option, string problem) => problems.Add($"{GatewayOptions.Section}:{option}: {problem}");

        void CheckUpstream(UpstreamOptions upstream)
        {
            foreach (var address in upstream.FurtherIngresses)
                CheckIngress(Name(nameof(upstream.FurtherIngresses)), address);
            if (upstream.BearerToken is not null && upstream.BearerTokenFile is not null)
                Add(Name(nameof(upstream.BearerToken)), $"give either this or {nameof(upstream.BearerTokenFile)}");
            if (upstream.BearerToken is { } token && !BearerToken.IsValid(token))
                Add(Name(nameof(upstream.BearerToken)), $"must be {BearerToken.Rule}");
            if (upstream.BearerTokenFile is { } file)
                CheckTokenFile(Name(nameof(upstream.BearerTokenFile)), file);
            if (upstream.Http1Connections < 0)
                Add(Name(nameof(upstream.Http1Connections)), $"{upstream.Http1Connections} must not be negative; 0 is HTTP/2 for all calls");
            CheckDuration(Name(nameof(upstream.ProbeInterval)), upstream.ProbeInterval);
            if (upstream.FailureThreshold < 1)
                Add(Name(nameof(upstream.FailureThreshold)), $"{upstream.FailureThreshold} must be at least 1");
            if (upstream.RetryBudget < 0)
                Add(Name(nameof(upstream.RetryBudget)), $"{upstream.RetryBudget} must not be negative; 0 is no retries");
            if (upstream.RetryRatio is not (>= 0 and <= 1))
                Add(Name(nameof(upstream.RetryRatio)), $"{upstream.RetryRatio} is not a share; it is from 0 to 1");

            static string Name(string option) => $"{nameof(GatewayOptions.Upstream)}:{option}";
        }

        void CheckTokenFile(string option, string file)
        {
            try
            {
                BearerToken.Read(File.ReadAllBytes(file));
            }
            catch (FileNotFoundException)
            {
                Add(option, $"there is no file '{file}'");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                Add(option, $"'{file}' cannot be used: {e.Message}");
            }
        }

        void CheckIngress(string option, Uri? address)
        {
            if (!IngressNode.Supports(address))
                Add(option, $"'{address}' is no address of an ingress; write http://host:port, https://host or unix:///path/of/the/socket");
        }

        void CheckAddress(string option, Uri? address)
        {
            if (address is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
                Add(option, $"'{address}' is not an http or https address");
        }

        void CheckPort(string option, int port)
        {
            if (port is < 1 or > 65535)
                Add(option, $"{port} is not a port; ports are 1 to 65535");
        }

        void CheckDuration(string option, TimeSpan duration)
        {
            if (duration < ShortestDuration || duration > LongestDuration)
                Add(option, $"{duration} must be from {ShortestDuration.TotalMilliseconds} ms to {LongestDuration.TotalDays} days");
        }

        void CheckAtLeastOne(string option, int count)
        {
            if (count < 1)
                Add(option, $"{count} must be at least 1");
        }
    }
}
