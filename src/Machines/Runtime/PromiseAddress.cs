using System.Text.Json;
using Statecharts;

namespace Machines.Runtime;

/// <summary>
/// Where the code of a promise is: what each actor from the root down runs, by its parent's name for it. It is found again in
/// whatever process runs the promise.
/// </summary>
internal static class PromiseAddress
{
    private const string Sources = "srcs";

    public static void Write(Utf8JsonWriter json, Snapshot snapshot, ActorPath promise)
    {
        json.WriteStartArray(Sources);
        ActorSnapshot actor = snapshot;
        foreach (var id in promise.Ids)
        {
            var child = ((Snapshot)actor).Child(id)
                ?? throw new InvalidOperationException($"The promise '{promise}' started, but it is not among the instance's actors.");
            json.WriteStringValue(child.Source);
            actor = child.Snapshot;
        }

        json.WriteEndArray();
    }

    /// <exception cref="InvalidOperationException">This deployment lacks the promise; a later one may have it, so the attempt is to be repeated.</exception>
    public static (StateMachine Owner, PromiseActor Promise, IDurablePromise Code) Find(DurableMachine machine, JsonElement request)
    {
        var version = request.GetProperty("version").GetString()!;
        var owner = machine.FindVersion(version) ?? throw new InvalidOperationException(Errors.UnknownVersion(version).Message);
        PromiseActor? promise = null;
        foreach (var source in request.GetProperty(Sources).EnumerateArray().Select(name => name.GetString()!))
        {
            switch (owner.Actors.GetValueOrDefault(source))
            {
                case StateMachine child:
                    owner = child;
                    break;
                case PromiseActor found:
                    promise = found;
                    break;
                default:
                    throw new InvalidOperationException($"Machine '{owner.Id}' has no actor '{source}' in this deployment.");
            }
        }

        return promise is IDurablePromise code
            ? (owner, promise, code)
            : throw new InvalidOperationException($"Promise '{promise?.Name}' of machine '{owner.Id}' has no code; declare it as a DurablePromise.");
    }
}
