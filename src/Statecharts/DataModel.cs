using System.Text.Json;

namespace Statecharts;

/// <summary>
/// How a machine's data is copied, written and named (SCXML's term): its context, input, output and events. Stateless and
/// safe for concurrent use.
/// </summary>
public abstract class DataModel
{
    /// <summary>
    /// An independent copy of a context. Taken before the first change in a macrostep, so that the snapshot before stays as
    /// it was.
    /// </summary>
    public abstract object? Clone(object? value);

    /// <summary>Writes a value: context, input, output or anything that is logged.</summary>
    public abstract void Write(Utf8JsonWriter writer, object? value);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="json">The value.</param>
    /// <param name="type">What to make of it; null when nobody declared a type.</param>
    /// <exception cref="JsonFormatException">The value does not fit the type; the path names where.</exception>
    public abstract object? Read(JsonElement json, Type? type);

    /// <summary>Reads a machine's input as callers send it, where a mistake of theirs must not go unseen. By default, as <see cref="Read"/>.</summary>
    /// <param name="json">The input.</param>
    /// <param name="type">What to make of it; null when nobody declared a type.</param>
    /// <exception cref="JsonFormatException">The input does not fit the type; the path names where.</exception>
    public virtual object? ReadInput(JsonElement json, Type? type) => Read(json, type);

    /// <summary>Writes an event as <c>{"type": T, …fields of its data}</c>.</summary>
    /// <exception cref="InvalidOperationException">Its data has no fields, as a number has none.</exception>
    public abstract void WriteEvent(Utf8JsonWriter writer, Event @event);

    /// <summary>Reads the data of an event from <c>{"type": T, …fields}</c>.</summary>
    /// <param name="type">The event's type, already known to the machine.</param>
    /// <param name="json">The whole event.</param>
    /// <param name="dataType">The type of its data; null when nobody declared one.</param>
    /// <exception cref="JsonFormatException">A field does not fit; the path names it.</exception>
    public abstract Event ReadEvent(string type, JsonElement json, Type? dataType);

    /// <summary>
    /// Reads an event that <see cref="WriteEvent"/> wrote, by another deployment perhaps, whose data may have had fields that it has no more. By
    /// default, as <see cref="ReadEvent"/>.
    /// </summary>
    /// <param name="type">The event's type.</param>
    /// <param name="json">The whole event.</param>
    /// <param name="dataType">The type of its data; null when nobody declared one.</param>
    /// <exception cref="JsonFormatException">A field does not fit; the path names it.</exception>
    public virtual Event ReadStoredEvent(string type, JsonElement json, Type? dataType) => ReadEvent(type, json, dataType);

    /// <summary>The initial context of a machine that says nothing about it.</summary>
    public virtual object? CreateContext(Type type) => Activator.CreateInstance(type);

    /// <summary>A state's name: by default the value's name in lowerCamel (<c>AwaitingApproval</c> is <c>awaitingApproval</c>).</summary>
    public virtual string StateName(Enum state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Naming.LowerCamel(state.ToString());
    }

    /// <summary>An event's type: by default the class's name in SCREAMING_SNAKE_CASE (<c>OrderPlaced</c> is <c>ORDER_PLACED</c>).</summary>
    public virtual string EventType(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Naming.ScreamingSnake(type.Name);
    }

    /// <summary>Makes an event of a message, of an event's type as text, or of an <see cref="Event"/>, which it is already.</summary>
    public virtual Event ToEvent(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message switch
        {
            Event @event => @event,
            string type => new Event(type),
            _ => new Event(EventType(message.GetType()), message),
        };
    }

    /// <summary>Why data of a type would not be read as it was written; null when it would, as far as the type tells.</summary>
    public virtual string? ProblemOfData(Type type) => null;

    /// <summary>Why a type cannot be that of an event's data; null when it can.</summary>
    internal virtual string? ProblemOfEvent(Type type) => ProblemOfData(type);

    /// <summary>All the events of the schema, with the types of their data; null when the schema names none.</summary>
    public virtual IReadOnlyDictionary<string, Type>? EventTypes => null;

    /// <summary>
    /// All the states of the schema, by name; null when the schema names none. By default, the enum's own names.
    /// </summary>
    /// <param name="stateType">The type that the machine's states are values of.</param>
    public virtual IReadOnlyCollection<string>? StateNames(Type stateType)
    {
        ArgumentNullException.ThrowIfNull(stateType);
        if (!stateType.IsEnum)
            return null;
        return [.. Enum.GetValuesAsUnderlyingType(stateType).Cast<object>().Select(v => StateName((Enum)Enum.ToObject(stateType, v)))];
    }
}
