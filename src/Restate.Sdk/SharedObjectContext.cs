namespace Restate.Sdk;

/// <summary>The context of a virtual object's shared handler: it can read the state.</summary>
public abstract class SharedObjectContext : Context
{
    private protected SharedObjectContext()
    {
    }

    /// <summary>The object's key.</summary>
    public abstract string Key { get; }

    /// <summary>Reads a value.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="key">Its key.</param>
    /// <returns>The value; <c>default</c> when there is none. To tell missing from empty, read the bytes.</returns>
    public abstract ValueTask<T?> Get<T>(StateKey<T> key);

    /// <summary>Reads a value's bytes.</summary>
    /// <param name="name">The key's name.</param>
    /// <returns>The bytes; null when there is no value.</returns>
    public abstract ValueTask<ReadOnlyMemory<byte>?> GetBytes(string name);

    /// <summary>The names of the keys that have a value, in order.</summary>
    public abstract ValueTask<IReadOnlyList<string>> StateKeys();
}
