namespace Statecharts;

/// <summary>What a typed function sees of an event.</summary>
internal static class EventData
{
    /// <summary>The event itself to those who ask for one; to others, its data.</summary>
    internal static TEvent Of<TEvent>(Event @event)
    {
        if (typeof(TEvent) == typeof(Event))
            return (TEvent)(object)@event;
        return @event.Data switch
        {
            TEvent data => data,
            null => default!,
            var other => throw new InvalidOperationException(
                $"The event '{@event.Type}' carries {other.GetType().Name}, where {typeof(TEvent).Name} was expected."),
        };
    }
}
