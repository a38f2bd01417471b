namespace Restate.Sdk;

/// <summary>The context of a virtual object's exclusive handler: it can change the state.</summary>
public abstract class ObjectContext : SharedObjectContext
{
    private protected ObjectContext()
    {
    }

    /// <summary>Writes a value.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="key">Its key.</param>
    /// <param name="value">The value.</param>
    public void Set<T>(StateKey<T> key, T value) => SetBytes(key.Name, (key.Serde ?? Serde.Default<T>()).Serialize(value));

    /// <summary>Writes a value's bytes.</summary>
    /// <param name="name">The key's name.</param>
    /// <param name="value">The bytes; they must not change afterwards.</param>
    public abstract void SetBytes(string name, ReadOnlyMemory<byte> value);

    /// <summary>Removes a value.</summary>
    /// <param name="name">The key's name.</param>
    public abstract void Clear(string name);

    /// <summary>Removes all values.</summary>
    public abstract void ClearAll();
}
