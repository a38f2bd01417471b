using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;

namespace Gateway.Security;

/// <summary>
/// Which keys a rule is about: text, <c>{claim:name}</c> for the value of one of the caller's claims, and <c>*</c> at the end for any
/// rest. <c>{claim:sub}/*</c> is every key whose first segment is the caller's subject.
/// </summary>
internal sealed class KeyTemplate
{
    private const string ClaimStart = "{claim:";

    private readonly List<Part> _parts = [];
    private readonly bool _isPrefix;

    private KeyTemplate(bool isPrefix) => _isPrefix = isPrefix;

    public static bool TryParse(string text, [NotNullWhen(true)] out KeyTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        template = null;
        problem = null;
        var isPrefix = text.EndsWith('*');
        var rest = isPrefix ? text.AsSpan(0, text.Length - 1) : text;
        var parsed = new KeyTemplate(isPrefix);
        while (!rest.IsEmpty)
        {
            var start = rest.IndexOf(ClaimStart);
            var literal = start < 0 ? rest : rest[..start];
            if (literal.ContainsAny('*', '{', '}'))
                problem = "'*' can only come last, and braces only as {claim:name}";
            else if (start == 0 && parsed._parts is [.., { IsClaim: true }])
                problem = "two claims need some text between them, or the one's value could be taken for the other's";
            if (problem is not null)
                return false;

            if (!literal.IsEmpty)
                parsed._parts.Add(new Part(literal.ToString(), IsClaim: false));
            if (start < 0)
                break;

            rest = rest[(start + ClaimStart.Length)..];
            var end = rest.IndexOf('}');
            if (end <= 0)
            {
                problem = "a claim is written {claim:name}";
                return false;
            }

            parsed._parts.Add(new Part(rest[..end].ToString(), IsClaim: true));
            rest = rest[(end + 1)..];
        }

        if (isPrefix && parsed._parts is [.., { IsClaim: true }])
        {
            problem = "'*' right after a claim would let 'al' reach the keys of 'alice': put a separator between, as in {claim:sub}/*";
            return false;
        }

        template = parsed;
        return true;
    }

    public bool Matches(string key, ClaimsPrincipal caller) => RangesOf(caller).Any(range => range.Contains(key));

    /// <summary>The keys that match, one range for each way to put the caller's claims into the template.</summary>
    public IEnumerable<KeyRange> RangesOf(ClaimsPrincipal caller) => TextsOf(caller, 0, "").Select(text => new KeyRange(text, _isPrefix));

    private IEnumerable<string> TextsOf(ClaimsPrincipal caller, int index, string before)
    {
        if (index == _parts.Count)
            return [before];

        var part = _parts[index];
        var values = part.IsClaim
            ? caller.FindAll(part.Text).Select(claim => claim.Value).Where(value => value.Length > 0 && !Oversteps(value, index))
            : [part.Text];
        return values.SelectMany(value => TextsOf(caller, index + 1, before + value));
    }

    /// <summary>Whether a claim's value goes past the separator behind it: a subject 'bob/x' is not at home below 'bob'.</summary>
    private bool Oversteps(string value, int index) => index + 1 < _parts.Count && value.Contains(_parts[index + 1].Text[0], StringComparison.Ordinal);

    /// <param name="Text">What the key must have there, or the claim's name.</param>
    /// <param name="IsClaim">Which of the two.</param>
    private sealed record Part(string Text, bool IsClaim);
}
