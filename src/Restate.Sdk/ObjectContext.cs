namespace Restate.Sdk;

/// <summary>The context of a virtual object's exclusive handler: it can change the state.</summary>
public abstract class ObjectContext : SharedObjectContext
{
    private protected ObjectContext()
    {
    }

    /// <summary>
    /// Reads a value's bytes as <see cref="SharedObjectContext.GetBytes"/> does, but without an entry in the journal if writing the same key
    /// is what the handler does next. An entry costs the server more than most handlers do, so this is for those that are called often.
    /// </summary>
    /// <remarks>
    /// What the key had before cannot be told any more when an attempt is repeated that has written it. The handler then gets what was
    /// written, <see cref="StateForUpdate.IsUpdated"/> set, and has to do from there what it did after that write: it must not write the
    /// same again, and all else has to follow from the written value.
    /// </remarks>
    /// <param name="name">The key's name.</param>
    public abstract ValueTask<StateForUpdate> GetBytesForUpdate(string name);

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
