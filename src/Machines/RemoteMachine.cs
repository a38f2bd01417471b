using System.Text.Json;
using Machines.Runtime;
using Restate.Sdk;
using Statecharts;

namespace Machines;

/// <summary>
/// Another machine as a child: an instance of its own virtual object, which is created when the invoking state is entered. Its output
/// or failure comes back once (<c>OnDone</c>, <c>OnError</c>). Leaving the state disposes of it.
/// </summary>
/// <typeparam name="TInput">The other machine's input, of which the key is made too.</typeparam>
/// <typeparam name="TOutput">The other machine's output.</typeparam>
/// <example>
/// <code>
/// static readonly RemoteMachine&lt;PaymentInput, Receipt&gt; Payment = new("payment", key: input => input.OrderId);
/// …
/// machine.Configure(OrderState.Paying).Invoke(Payment, order => new PaymentInput { OrderId = order.Id }).OnDone(OrderState.Paid)
/// </code>
/// </example>
public sealed class RemoteMachine<TInput, TOutput> : PromiseActor<TInput, TOutput>, IDurablePromise
{
    private readonly Func<TInput, string> _key;

    /// <param name="machine">The other machine's name, which is its virtual object's.</param>
    /// <param name="key">The key of the instance, always the same for the same input. One that exists is reset.</param>
    public RemoteMachine(string machine, Func<TInput, string> key)
        : base(machine)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
    }

    InvocationRetryPolicy? IDurablePromise.Retry => null;

    /// <summary>
    /// The instance is created in the order in which the machine enters and leaves its states: a run that is late finds what became of its
    /// own <c>create</c>, by the idempotency key, and does not create it again over the next run's.
    /// </summary>
    void IDurablePromise.Begin(ObjectContext context, string token, DataModel model, object? input)
    {
        Target create;
        ReadOnlyMemory<byte> body;
        try
        {
            create = At(KeyOf(input), Handlers.Create);
            body = CreateBody(token, model, input);
        }
        catch (Exception)
        {
            // The run meets the same, and rejects the promise.
            return;
        }

        context.Send(create, body, new SendOptions { IdempotencyKey = token });
    }

    async ValueTask<object?> IDurablePromise.RunAsync(SharedObjectContext context, string token, DataModel model, object? input)
    {
        var key = KeyOf(input);
        try
        {
            var created = await context.Call(At(key, Handlers.Create), CreateBody(token, model, input), new CallOptions { IdempotencyKey = token });

            // One that ends at once may be disposed of before a wait for it begins.
            var done = JsonElement.Parse(created.Span);
            if (!done.GetProperty("status").ValueEquals("done"))
                done = await DoneAsync(context, handler => At(key, handler));
            return done.TryGetProperty("output", out var output) ? model.Read(output, OutputType) : null;
        }
        catch (TerminalException e) when (e.IsCancelled)
        {
            context.Send(At(key, Handlers.Dispose), RequestJson.Write(json => json.WriteString("owner", token)));
            throw;
        }
    }

    private string KeyOf(object? input) => _key((TInput)input!);

    private Target At(string key, string handler) => Target.Object(Name, key, handler);

    /// <summary>Meanwhile the instance may be another run's, or somebody else's: only as this run's own it is disposed of.</summary>
    private static ReadOnlyMemory<byte> CreateBody(string owner, DataModel model, object? input) => RequestJson.Write(json =>
    {
        json.WriteString("owner", owner);
        if (input is null)
            return;
        json.WritePropertyName("input");
        model.Write(json, input);
    });

    private static async ValueTask<JsonElement> DoneAsync(SharedObjectContext context, Func<string, Target> at)
    {
        try
        {
            return JsonElement.Parse((await context.Call(at(Handlers.WaitFor), RequestJson.Write(json => json.WriteString("condition", "done")))).Span);
        }
        catch (TerminalException e) when (e.Code == Errors.UnreachableCode)
        {
            // The wait cannot say why the machine failed; its snapshot can.
            var failed = JsonElement.Parse((await context.Call(at(Handlers.Snapshot), ReadOnlyMemory<byte>.Empty)).Span);
            throw failed.TryGetProperty("error", out var json) && ActorError.Read(json) is { } error ? new RemoteMachineException(error) : e;
        }
    }
}
