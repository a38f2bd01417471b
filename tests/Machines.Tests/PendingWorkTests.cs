using System.Text.Json;
using Machines.Runtime;

namespace Machines.Tests;

public class PendingWorkTests
{
    private readonly PendingWork _pending = new();

    [Fact]
    public void A_timer_is_taken_once()
    {
        _pending.AddTimer("t", "", "later");
        Assert.True(_pending.TakeTimer("t"));
        Assert.False(_pending.TakeTimer("t"));
        Assert.True(_pending.IsEmpty);
    }

    [Fact]
    public void A_cancelled_timer_is_not_wanted_any_more()
    {
        _pending.AddTimer("t", "a", "later");
        _pending.CancelTimer("b", "later");
        _pending.CancelTimer("a", "other");
        _pending.CancelTimer("a", "later");
        Assert.False(_pending.TakeTimer("t"));
    }

    [Fact]
    public void A_second_timer_takes_the_name_over_and_the_first_still_fires()
    {
        _pending.AddTimer("first", "a", "later");
        _pending.AddTimer("second", "a", "later");
        _pending.CancelTimer("a", "later");
        Assert.False(_pending.TakeTimer("second"));
        Assert.True(_pending.TakeTimer("first"));
    }

    [Fact]
    public void A_name_that_was_taken_over_still_cancels_after_the_first_timer_has_fired()
    {
        _pending.AddTimer("first", "a", "later");
        _pending.AddTimer("second", "a", "later");
        Assert.True(_pending.TakeTimer("first"));
        _pending.CancelTimer("a", "later");
        Assert.False(_pending.TakeTimer("second"));
    }

    [Fact]
    public void An_actor_that_stops_takes_its_timers_along()
    {
        _pending.AddTimer("mine", "a", "x");
        _pending.AddTimer("other", "b", "x");
        _pending.CancelTimers("a");
        Assert.False(_pending.TakeTimer("mine"));
        Assert.True(_pending.TakeTimer("other"));
    }

    [Fact]
    public void The_result_of_a_stopped_promise_is_not_wanted()
    {
        _pending.AddPromise("one", "a/p@1");
        _pending.AddPromise("two", "a/p@2");
        _pending.CancelPromise("a/p@1");
        Assert.Null(_pending.TakePromise("one"));
        Assert.Equal("a/p@2", _pending.TakePromise("two")!.ToString());
        Assert.Null(_pending.TakePromise("two"));
    }

    [Fact]
    public void It_is_read_as_it_was_written()
    {
        _pending.AddTimer("t", "a", "later");
        _pending.AddTimer("u", null, null);
        _pending.AddPromise("p", "x@1");
        _pending.AddWaiter(new Waiter("done", "prom_1"));

        var read = PendingWork.Read(JsonElement.Parse(Json(_pending)));
        Assert.Equal(Json(_pending), Json(read));
        Assert.True(read.RemoveWaiter("prom_1"));
        Assert.False(read.RemoveWaiter("prom_1"));
    }

    private static string Json(PendingWork pending)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            pending.Write(writer);
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
