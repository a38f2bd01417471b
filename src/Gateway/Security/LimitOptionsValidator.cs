using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>Checks the limits.</summary>
internal sealed class LimitOptionsValidator : IValidateOptions<GatewayOptions>
{
    /// <summary>What Kestrel takes unless told otherwise; beyond it a client gets no answer in its protocol.</summary>
    public const int MostMetadata = 32 * 1024;

    /// <summary>What a header costs beside its name and its value (RFC 9113, section 6.5.2).</summary>
    public const int HeaderOverhead = 32;

    /// <summary>Between these the limiter's clock ticks and a caller's wait has an end: about one call in a day, to one in a microsecond.</summary>
    private const double LowestRate = 0.00001;
    private const double HighestRate = 1_000_000;

    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var limits = options.Limits;
        var problems = new List<string>();
        CheckPositive(nameof(limits.MaxMessageSize), limits.MaxMessageSize);
        CheckPositive(nameof(limits.MaxMetadataSize), limits.MaxMetadataSize);
        CheckPositive(nameof(limits.MaxKeyLength), limits.MaxKeyLength);
        CheckPositive(nameof(limits.MaxIdempotencyKeyLength), limits.MaxIdempotencyKeyLength);
        CheckPositive(nameof(limits.MaxStreamsPerConnection), limits.MaxStreamsPerConnection);
        CheckPositive(nameof(limits.MaxConcurrentCalls), limits.MaxConcurrentCalls);
        if (limits.CallsPerSecond is { } rate and not (>= LowestRate and <= HighestRate))
            Add(nameof(limits.CallsPerSecond), $"{rate} must be from 0.00001 to 1000000");
        CheckPositive(nameof(limits.CallBurst), limits.CallBurst);
        CheckPositive(nameof(limits.MaxWaitTimeout), limits.MaxWaitTimeout?.TotalSeconds);
        if (limits.MaxMetadataSize > MostMetadata)
            Add(nameof(limits.MaxMetadataSize), $"{limits.MaxMetadataSize} is more than {MostMetadata}, the most that can be");
        if (limits.CallBurst is not null && limits.CallsPerSecond is null)
            Add(nameof(limits.CallBurst), $"means nothing without {nameof(limits.CallsPerSecond)}: set both");
        CheckPattern(nameof(limits.KeyPattern), limits.KeyPattern);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Add(string option, string problem) => problems.Add($"{GatewayOptions.Section}:{nameof(options.Limits)}:{option}: {problem}");

        void CheckPositive(string option, double? value)
        {
            if (value <= 0)
                Add(option, $"{value} must be more than zero");
        }

        void CheckPattern(string option, string? pattern)
        {
            try
            {
                _ = pattern is null ? null : RequestLimits.Compile(pattern);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                Add(option, $"'{pattern}' is not a regular expression without look-arounds and back-references: {e.Message}");
            }
        }
    }
}
