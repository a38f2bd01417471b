using Restate.Sdk;

namespace Machines;

/// <summary>
/// A side effect that a machine's transition performs: once, in the order of the transition's actions, after the macrostep is
/// decided and before anything of it is stored or sent. Events of the instance wait for it, so it should be short; what takes long
/// is a <see cref="DurablePromise{TInput, TOutput}"/>.
/// </summary>
/// <typeparam name="TParameters">What the transition computes for it.</typeparam>
/// <remarks>
/// It is retried until it succeeds. When it fails for good, with a <see cref="TerminalException"/> or after the attempts
/// of <see cref="DurableAction.Retry"/>, the event fails: its sender gets the error, and the instance stays as it was. An event that
/// nobody waits for, of a timer or a promise, cannot fail so: the action is tried again, a minute later or after
/// <see cref="RunOptions.MaxRetryInterval"/>, and the instance's other events wait.
/// </remarks>
/// <example>
/// <code>
/// static readonly DurableAction&lt;Receipt&gt; SendReceipt = new("sendReceipt", (receipt, token) => mail.SendAsync(receipt, token));
/// …
/// .Permit&lt;Pay&gt;(OrderState.Paid, actions: run => run.Execute(SendReceipt, (order, pay) => new Receipt(order.Id)))
/// </code>
/// </example>
public sealed class DurableAction<TParameters> : DurableAction
{
    private readonly Func<TParameters, CancellationToken, ValueTask> _code;

    /// <param name="name">The name that definitions know it by.</param>
    /// <param name="code">What it does; its token is cancelled when the attempt is over.</param>
    public DurableAction(string name, Func<TParameters, CancellationToken, ValueTask> code)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(code);
        _code = code;
    }

    internal override ValueTask RunAsync(object? parameters, CancellationToken cancellationToken) => _code((TParameters)parameters!, cancellationToken);
}
