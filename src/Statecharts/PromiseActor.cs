namespace Statecharts;

/// <summary>Work that is done outside the machine and ends once, with an output or an error. The host knows what to run.</summary>
public class PromiseActor : ActorLogic
{
    /// <summary>Names a promise of any types.</summary>
    public PromiseActor(string name, Type? inputType = null, Type? outputType = null)
        : base(name)
    {
        InputType = inputType;
        OutputType = outputType;
    }
}
