namespace Statecharts;

/// <summary>Something that a macrostep asks its host to do, in the order of the list. Data: the engine itself does nothing.</summary>
/// <param name="Actor">The actor that asks.</param>
public abstract record Effect(ActorPath Actor);

/// <summary>Run a promise; its end comes back through <see cref="StateMachine.Resolve"/> or <see cref="StateMachine.Reject"/>.</summary>
/// <param name="Actor">The promise's own path.</param>
/// <param name="Promise">What to run.</param>
/// <param name="Input">What it was invoked with.</param>
public sealed record StartPromise(ActorPath Actor, PromiseActor Promise, object? Input) : Effect(Actor);

/// <summary>The promise's result is no longer wanted. A result that still comes is ignored.</summary>
/// <param name="Actor">The promise's own path.</param>
public sealed record StopPromise(ActorPath Actor) : Effect(Actor);

/// <summary>Send an event to an actor after a delay, with <see cref="StateMachine.Send(Snapshot, Event, ActorPath?)"/>.</summary>
/// <param name="Actor">The actor that sends, under which the event can be cancelled.</param>
/// <param name="Id">
/// The name by which the actor can cancel it. A second event under a name that is still pending takes the name over: the
/// first one still arrives.
/// </param>
/// <param name="Target">Who gets it.</param>
/// <param name="Event">The event.</param>
/// <param name="Delay">How long to wait.</param>
public sealed record ScheduleEvent(ActorPath Actor, string Id, ActorPath Target, Event Event, TimeSpan Delay) : Effect(Actor);

/// <summary>Forget the event that the actor scheduled under a name, if it is still pending.</summary>
/// <param name="Actor">The actor that scheduled it.</param>
/// <param name="Id">The name it was scheduled under.</param>
public sealed record CancelScheduled(ActorPath Actor, string Id) : Effect(Actor);

/// <summary>The actor is no more: forget all that it scheduled.</summary>
/// <param name="Actor">The actor that stopped, failed or was done.</param>
public sealed record CancelAllScheduled(ActorPath Actor) : Effect(Actor);

/// <summary>Write to the log.</summary>
/// <param name="Actor">The actor that logs.</param>
/// <param name="Message">What it says: mostly text.</param>
public sealed record Log(ActorPath Actor, object? Message) : Effect(Actor);

/// <summary>Tell those who listen to the actor.</summary>
/// <param name="Actor">The actor that emits.</param>
/// <param name="Event">What it emits.</param>
public sealed record Emit(ActorPath Actor, Event Event) : Effect(Actor);

/// <summary>Carry out an action of the host's own.</summary>
/// <param name="Actor">The actor whose action it is.</param>
/// <param name="Name">The action's name.</param>
/// <param name="Parameters">What the machine computed for it.</param>
/// <param name="DataModel">How the actor's data is written and named; the actor itself may be gone when the macrostep ends.</param>
public sealed record ExecuteAction(ActorPath Actor, string Name, object? Parameters, DataModel DataModel) : Effect(Actor);
