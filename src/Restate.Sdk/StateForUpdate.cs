namespace Restate.Sdk;

/// <summary>What <see cref="ObjectContext.GetBytesForUpdate"/> has read.</summary>
/// <param name="Value">The bytes; null when there is no value.</param>
/// <param name="IsUpdated">True when an earlier attempt has written the key already, and <paramref name="Value"/> is what it wrote.</param>
public readonly record struct StateForUpdate(ReadOnlyMemory<byte>? Value, bool IsUpdated);
