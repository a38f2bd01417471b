namespace Statecharts;

/// <summary>A <see cref="PromiseActor"/> whose input and output have types.</summary>
/// <typeparam name="TInput">What it is invoked with.</typeparam>
/// <typeparam name="TOutput">What it ends with.</typeparam>
public class PromiseActor<TInput, TOutput> : PromiseActor
{
    /// <summary>Names the promise.</summary>
    public PromiseActor(string name)
        : base(name, typeof(TInput), typeof(TOutput))
    {
    }
}
