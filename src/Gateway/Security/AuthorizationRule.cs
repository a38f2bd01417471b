namespace Gateway.Security;

/// <summary>Allows some callers some operations. What is left empty matches all.</summary>
public sealed class AuthorizationRule
{
    /// <summary>The machines, by name; <c>*</c> stands for any characters and <c>?</c> for one: <c>order-*</c>. Empty: all machines.</summary>
    public IList<string> Machines { get; } = [];

    /// <summary>What may be done with them. Empty: everything.</summary>
    public IList<MachineVerb> Verbs { get; } = [];

    /// <summary>The callers: those with one of these roles. Empty: with or without a role.</summary>
    public IList<string> Roles { get; } = [];

    /// <summary>The callers: those who have each of these claims, with one of the values given for it. Empty: whatever their claims.</summary>
    public IDictionary<string, string[]> Claims { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal);

    /// <summary>
    /// The keys: text, <c>{claim:name}</c> for a value of the caller's claim of that name, and <c>*</c> at the end for any rest.
    /// <c>{claim:sub}/*</c> is every key whose first segment is the caller's subject. A claim's value that contains the character which
    /// follows the claim in the template matches nothing. Null: all keys.
    /// </summary>
    public string? Key { get; set; }
}
