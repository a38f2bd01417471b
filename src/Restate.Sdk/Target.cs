namespace Restate.Sdk;

/// <summary>The address of a handler.</summary>
/// <param name="Service">The service's or virtual object's name.</param>
/// <param name="Key">The object's key; null for a plain service.</param>
/// <param name="Handler">The handler's name.</param>
public sealed record Target(string Service, string? Key, string Handler)
{
    /// <summary>Addresses a handler of a virtual object.</summary>
    /// <param name="service">The object's name.</param>
    /// <param name="key">The object's key.</param>
    /// <param name="handler">The handler's name.</param>
    public static Target Object(string service, string key, string handler)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new Target(service, key, handler);
    }

    /// <summary>Addresses a handler of a plain service.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="handler">The handler's name.</param>
    public static Target ForService(string service, string handler) => new(service, null, handler);

    /// <summary>The address as Restate writes it: <c>service/key/handler</c>.</summary>
    public override string ToString() => Key is null ? $"{Service}/{Handler}" : $"{Service}/{Key}/{Handler}";
}
