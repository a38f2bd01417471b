using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Gateway.Binding;
using Gateway.Upstream;
using Microsoft.Extensions.Options;
using Rpc;

namespace Gateway.Security;

/// <summary>What the fields of a request may hold, whatever the machine says of them.</summary>
internal sealed class RequestLimits(IOptions<GatewayOptions> options)
{
    /// <summary>All of <see cref="char.IsControl(char)"/>.</summary>
    private static readonly SearchValues<char> ControlCharacters =
        SearchValues.Create([.. Enumerable.Range('\0', '\u00a0').Select(code => (char)code).Where(char.IsControl)]);

    private readonly GatewayLimitOptions _limits = options.Value.Limits;
    private readonly Regex? _keyPattern = options.Value.Limits.KeyPattern is { } pattern ? Compile(pattern) : null;

    /// <summary>Matches whole keys, in a time that only grows with their length.</summary>
    /// <exception cref="ArgumentException">It is not a regular expression.</exception>
    /// <exception cref="NotSupportedException">It asks for backtracking.</exception>
    public static Regex Compile(string pattern) => new($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <exception cref="RpcException">INVALID_ARGUMENT: the key is empty, too long, or has characters it may not have.</exception>
    public void CheckKey(MachineMethod method, string key)
    {
        if (ProblemOf(key) is { } problem)
            throw RestateErrors.InvalidArgument(method, null, "INVALID_KEY", method.Request.Key.Name, problem);
    }

    /// <exception cref="RpcException">INVALID_ARGUMENT: the idempotency key is too long, or has characters it may not have.</exception>
    public void CheckIdempotencyKey(MachineMethod method, string key, string idempotencyKey, string field = "idempotency_key")
    {
        if (ProblemOfIdempotencyKey(idempotencyKey) is { } problem)
            throw RestateErrors.InvalidArgument(method, key, "INVALID_IDEMPOTENCY_KEY", field, problem);
    }

    /// <summary>What is wrong with an instance's key; null when nothing is.</summary>
    public string? ProblemOf(string key)
    {
        if (key.Length == 0)
            return "must not be empty; it names the instance";
        if (key.Length > _limits.MaxKeyLength || Encoding.UTF8.GetByteCount(key) > _limits.MaxKeyLength)
            return $"must not be longer than {_limits.MaxKeyLength} bytes";
        if (key.AsSpan().ContainsAny(ControlCharacters))
            return "must not contain control characters";
        return _keyPattern?.IsMatch(key) == false ? $"must match {_limits.KeyPattern}" : null;
    }

    /// <summary>What is wrong with an idempotency key, which goes to Restate in a header; null when nothing is.</summary>
    public string? ProblemOfIdempotencyKey(string key)
    {
        if (key.Length > _limits.MaxIdempotencyKeyLength)
            return $"must not be longer than {_limits.MaxIdempotencyKeyLength} characters";
        return key.AsSpan().ContainsAnyExceptInRange('!', '~') ? "must be of printable ASCII characters, without spaces" : null;
    }

    /// <summary>The timeout of a wait: the one asked for, or the longest there is.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: it is longer than that.</exception>
    public TimeSpan? WaitTimeout(MachineMethod method, string key, TimeSpan? timeout) => timeout > _limits.MaxWaitTimeout
        ? throw RestateErrors.InvalidArgument(
            method, key, "INVALID_CONDITION", "timeout", $"must not be longer than {_limits.MaxWaitTimeout.Value.TotalSeconds} s; wait again when it has passed")
        : timeout ?? _limits.MaxWaitTimeout;
}
