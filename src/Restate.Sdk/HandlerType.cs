namespace Restate.Sdk;

/// <summary>How a virtual object's handler relates to the others of the same key. Handlers of a plain service ignore it.</summary>
public enum HandlerType
{
    /// <summary>At most one at a time per key; may change the state. Its context is an <see cref="ObjectContext"/>.</summary>
    Exclusive,

    /// <summary>Runs beside any others; reads the state only. Its context is a <see cref="SharedObjectContext"/>.</summary>
    Shared,
}
