using System.Text.Json;
using Statecharts;

namespace Machines.Runtime;

/// <summary>
/// What an instance has asked of the outside and still wants: timers and promises, by tokens that no other run of the instance
/// shares, and those who wait for it. An answer whose token is not here is late, and ignored.
/// </summary>
internal sealed class PendingWork
{
    private readonly List<PendingTimer> _timers = [];
    private readonly List<PendingPromise> _promises = [];
    private readonly List<Waiter> _waiters = [];

    public IReadOnlyList<Waiter> Waiters => _waiters;

    public IEnumerable<string> PromiseTokens => _promises.Select(promise => promise.Token);

    public bool IsEmpty => _timers.Count == 0 && _promises.Count == 0 && _waiters.Count == 0;

    /// <summary>A second timer under a name takes the name over: the first one still fires, but cannot be cancelled any more.</summary>
    public void AddTimer(string token, string? actor, string? id)
    {
        var named = id is null ? -1 : _timers.FindIndex(timer => timer.Actor == actor && timer.Id == id);
        if (named >= 0)
            _timers[named] = _timers[named] with { Actor = null, Id = null };
        _timers.Add(new PendingTimer(token, actor, id));
    }

    public void CancelTimer(string actor, string id) => _timers.RemoveAll(timer => timer.Actor == actor && timer.Id == id);

    public void CancelTimers(string actor) => _timers.RemoveAll(timer => timer.Actor == actor);

    public bool TakeTimer(string token) => _timers.RemoveAll(timer => timer.Token == token) > 0;

    public void AddPromise(string token, string actor) => _promises.Add(new PendingPromise(token, actor));

    /// <returns>The token of the promise; null when it has ended.</returns>
    public string? CancelPromise(string actor)
    {
        var promise = _promises.Find(promise => promise.Actor == actor);
        return promise is not null && _promises.Remove(promise) ? promise.Token : null;
    }

    /// <returns>The promise's actor, or null when nobody wants its result any more.</returns>
    public ActorPath? TakePromise(string token)
    {
        var index = _promises.FindIndex(promise => promise.Token == token);
        if (index < 0)
            return null;

        var actor = ActorPath.Parse(_promises[index].Actor);
        _promises.RemoveAt(index);
        return actor;
    }

    public void AddWaiter(Waiter waiter) => _waiters.Add(waiter);

    public void RemoveWaiter(Waiter waiter) => _waiters.Remove(waiter);

    /// <param name="address">Its awakeable, or its invocation.</param>
    public bool RemoveWaiter(string address) => _waiters.RemoveAll(waiter => waiter.Awakeable == address || waiter.Invocation == address) > 0;

    public static PendingWork Read(JsonElement json)
    {
        var pending = new PendingWork();
        if (json.TryGetProperty("timers", out var timers))
            pending._timers.AddRange(timers.Deserialize(PendingJson.Default.ListPendingTimer)!);
        if (json.TryGetProperty("promises", out var promises))
            pending._promises.AddRange(promises.Deserialize(PendingJson.Default.ListPendingPromise)!);
        if (json.TryGetProperty("waiters", out var waiters))
            pending._waiters.AddRange(waiters.Deserialize(PendingJson.Default.ListWaiter)!);
        if (json.TryGetProperty("subscribed", out var subscribed))
            pending._waiters.AddRange(subscribed.Deserialize(PendingJson.Default.ListWaiter)!);
        return pending;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (_timers.Count > 0)
        {
            json.WritePropertyName("timers");
            JsonSerializer.Serialize(json, _timers, PendingJson.Default.ListPendingTimer);
        }

        if (_promises.Count > 0)
        {
            json.WritePropertyName("promises");
            JsonSerializer.Serialize(json, _promises, PendingJson.Default.ListPendingPromise);
        }

        // Apart, since deployments before sendAndWaitFor know awakeables only.
        WriteWaiters("waiters", _waiters.FindAll(waiter => waiter.Awakeable is not null));
        WriteWaiters("subscribed", _waiters.FindAll(waiter => waiter.Awakeable is null));
        json.WriteEndObject();

        void WriteWaiters(string name, List<Waiter> waiters)
        {
            if (waiters.Count == 0)
                return;

            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, waiters, PendingJson.Default.ListWaiter);
        }
    }
}
