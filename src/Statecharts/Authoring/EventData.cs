namespace Statecharts;

/// <summary>What a typed function sees of an event.</summary>
static class EventData
{
    /// <summary>The event itself, or its data as the type that was asked for.</summary>
    internal static TEvent Of<TEvent>(Event @event) => @event switch
    {
        TEvent whole => whole,
        { Data: TEvent data } => data,
        { Data: null } => default!,
        _ => throw new InvalidOperationException(
            $"The event '{@event.Type}' carries {@event.Data!.GetType().Name}, where {typeof(TEvent).Name} was expected."),
    };
}
