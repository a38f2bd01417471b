namespace Statecharts;

/// <summary>A promise while a macrostep is under way.</summary>
internal sealed class RunningPromise : Actor
{
    private readonly PromiseSnapshot? _origin;
    private object? _input;

    internal RunningPromise(ActorSystem system, MachineActor parent, string id, int session, PromiseActor logic, object? input)
        : base(system, parent, id, session, logic, null) => _input = input;

    internal RunningPromise(ActorSystem system, MachineActor parent, ChildActor origin)
        : base(system, parent, origin)
    {
        _origin = (PromiseSnapshot)origin.Snapshot;
        _input = _origin.Input;
    }

    internal void Resolve(object? output) => Send(new Event(Resolved, output));

    internal void Reject(ActorError error) => Send(new Event(Rejected, error));

    private const string Resolved = "xstate.promise.resolve";
    private const string Rejected = "xstate.promise.reject";

    protected override void OnStart() =>
        System.AddEffect(new StartPromise(Path, (PromiseActor)Logic, _input));

    protected override void OnEnd()
    {
    }

    protected override void Transition(Event @event)
    {
        if (Status != ActorStatus.Active)
            return;
        switch (@event.Type)
        {
            case Resolved:
                Status = ActorStatus.Done;
                Output = @event.Data;
                _input = null;
                break;
            case Rejected:
                Status = ActorStatus.Error;
                Error = ((ActorError)@event.Data!) with { Source = string.Join('/', Path.Ids) };
                _input = null;
                break;
            default:
                if (ReferenceEquals(@event, Event.Stop))
                {
                    Status = ActorStatus.Stopped;
                    _input = null;
                    System.AddEffect(new StopPromise(Path));
                }
                break;
        }
    }

    internal override ActorSnapshot ToSnapshot() =>
        _origin is not null && _origin.Status == Status ? _origin : new PromiseSnapshot(Status, _input, Output, Error);
}
