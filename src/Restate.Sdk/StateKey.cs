namespace Restate.Sdk;

/// <summary>The name and type of a piece of a virtual object's state.</summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="Name">The key's name.</param>
/// <param name="Serde">How values become bytes; <see cref="Serde.Default{T}"/> when null.</param>
public sealed record StateKey<T>(string Name, Serde<T>? Serde = null);
