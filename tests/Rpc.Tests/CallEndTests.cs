using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rpc.Tests.Support;

namespace Rpc.Tests;

/// <summary>The ways a call ends before its handler does: deadline, cancellation, shutdown.</summary>
public sealed class CallEndTests
{
    /// <summary>Waits until the call is over, and lets the test see why it was.</summary>
    private sealed class Waiting
    {
        private readonly TaskCompletionSource _entered = new();
        private readonly TaskCompletionSource<Exception> _ended = new();

        public Waiting(RpcMethodType type, Func<RpcCall, Task> wait)
        {
            Method = new RpcMethod("Wait", type, async call =>
            {
                _entered.SetResult();
                try
                {
                    await wait(call);
                }
                catch (Exception exception)
                {
                    _ended.SetResult(exception);
                    throw;
                }
            });
        }

        public RpcMethod Method { get; }

        public Task Entered => _entered.Task;

        public Task<Exception> Ended => _ended.Task;
    }

    /// <summary>What is written to it goes nowhere, and it says so, as Kestrel's does from the moment in which a client resets its stream.</summary>
    private sealed class UnreadResponse : IHttpResponseBodyFeature
    {
        private readonly Pipe _pipe = new();

        public UnreadResponse() => _pipe.Reader.Complete();

        public Stream Stream => Writer.AsStream();

        public PipeWriter Writer => _pipe.Writer;

        public void DisableBuffering()
        {
        }

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task CompleteAsync() => Task.CompletedTask;
    }

    [Fact]
    public async Task The_deadline_cancels_the_token_and_answers_DEADLINE_EXCEEDED()
    {
        var waiting = new Waiting(RpcMethodType.Unary, call => Task.Delay(Timeout.Infinite, call.CancellationToken));
        await using var server = await RpcTestServer.StartAsync(waiting.Method);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Wait", Frames.Frame(""), ("grpc-timeout", "20m"));

        Assert.Equal(StatusCode.DeadlineExceeded, response.Status);
        Assert.IsAssignableFrom<OperationCanceledException>(await waiting.Ended);
        Assert.DoesNotContain(server.Log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task The_deadline_ends_a_call_whose_handler_does_not_listen()
    {
        var answered = new TaskCompletionSource();
        var method = new RpcMethod("Deaf", RpcMethodType.ServerStreaming, async call =>
        {
            await call.WriteAsync("early"u8.ToArray());
            await answered.Task;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call.WriteAsync("late"u8.ToArray()));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call.ReadAsync());
        });
        await using var server = await RpcTestServer.StartAsync(method);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Deaf", Frames.Frame(""), ("grpc-timeout", "50m"));
        answered.SetResult();

        Assert.Equal(StatusCode.DeadlineExceeded, response.Status);
        Assert.Single(response.Messages);
    }

    [Fact]
    public async Task What_a_handler_registers_with_its_token_cannot_bring_the_server_down()
    {
        var waiting = new Waiting(RpcMethodType.Unary, call =>
        {
            call.CancellationToken.Register(() => throw new InvalidOperationException("in a callback"));
            return Task.Delay(Timeout.Infinite, call.CancellationToken);
        });
        await using var server = await RpcTestServer.StartAsync(waiting.Method);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Wait", Frames.Frame(""), ("grpc-timeout", "20m"));

        Assert.Equal(StatusCode.DeadlineExceeded, response.Status);
        await waiting.Ended;
    }

    [Fact]
    public async Task The_deadline_ends_a_read_that_waits_for_the_client()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Chat);
        using var client = new GrpcTestClient(server);
        var call = client.Start("Chat", ("grpc-timeout", "20m"));

        Assert.Equal(StatusCode.DeadlineExceeded, (await call.FinishAsync()).Status);
    }

    [Fact]
    public async Task A_deadline_that_has_passed_already_does_not_reach_the_handler()
    {
        var called = false;
        await using var server = await RpcTestServer.StartAsync(Handlers.Do("Never", _ => called = true));
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Never", Frames.Frame(""), ("grpc-timeout", "0n"));

        Assert.Equal(StatusCode.DeadlineExceeded, response.Status);
        Assert.False(called);
    }

    [Theory]
    [InlineData("1H", 3_600_000)]
    [InlineData("2M", 120_000)]
    [InlineData("90S", 90_000)]
    [InlineData("99999999m", 99_999_999)]
    [InlineData("99999999u", 99_999.999)]
    [InlineData("99999999n", 99.9999)]
    public async Task The_timeout_gives_the_handler_its_deadline(string timeout, double milliseconds)
    {
        var now = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        DateTimeOffset? deadline = null;
        await using var server = await StartAsync(new FixedClock(now), Handlers.Do("Read", call => deadline = call.Deadline));
        using var client = new GrpcTestClient(server);

        await client.CallAsync("Read", Frames.Frame(""), ("grpc-timeout", timeout));

        Assert.Equal(now + TimeSpan.FromMilliseconds(milliseconds), deadline);
    }

    [Fact]
    public async Task The_longest_timeout_is_accepted()
    {
        DateTimeOffset? deadline = null;
        await using var server = await RpcTestServer.StartAsync(Handlers.Do("Read", call => deadline = call.Deadline));
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Read", Frames.Frame(""), ("grpc-timeout", "99999999H"));

        Assert.Equal(StatusCode.OK, response.Status);
        Assert.Equal(DateTimeOffset.MaxValue, deadline);
    }

    [Fact]
    public async Task Without_a_timeout_there_is_no_deadline()
    {
        DateTimeOffset? deadline = DateTimeOffset.MinValue;
        await using var server = await RpcTestServer.StartAsync(Handlers.Do("Read", call => deadline = call.Deadline));
        using var client = new GrpcTestClient(server);

        await client.CallAsync("Read", Frames.Frame(""));

        Assert.Null(deadline);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("S")]
    [InlineData("1s")]
    [InlineData("-1S")]
    [InlineData("123456789S")]
    [InlineData("1.5S")]
    public async Task A_malformed_timeout_is_INVALID_ARGUMENT(string timeout)
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Echo);
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Echo", Frames.Frame(""), ("grpc-timeout", timeout));

        Assert.Equal(StatusCode.InvalidArgument, response.Status);
        Assert.Contains("grpc-timeout", response.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RpcMethodType.ServerStreaming)]
    [InlineData(RpcMethodType.DuplexStreaming)]
    public async Task The_handler_sees_the_clients_cancellation_in_its_token(RpcMethodType type)
    {
        var waiting = new Waiting(type, call => Task.Delay(Timeout.Infinite, call.CancellationToken));
        await using var server = await RpcTestServer.StartAsync(waiting.Method);
        using var client = new GrpcTestClient(server);
        var call = client.Start("Wait");
        await call.WriteMessageAsync("");
        await waiting.Entered;

        call.Cancel();

        Assert.IsAssignableFrom<OperationCanceledException>(await waiting.Ended);
    }

    [Fact]
    public async Task The_handler_sees_the_clients_cancellation_in_a_read()
    {
        var waiting = new Waiting(RpcMethodType.DuplexStreaming, async call => await call.ReadAsync());
        await using var server = await RpcTestServer.StartAsync(waiting.Method);
        using var client = new GrpcTestClient(server);
        var call = client.Start("Wait");
        await waiting.Entered;

        call.Cancel();

        Assert.IsAssignableFrom<OperationCanceledException>(await waiting.Ended);
        Assert.DoesNotContain(server.Log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task The_handler_sees_the_clients_cancellation_in_a_write()
    {
        var waiting = new Waiting(RpcMethodType.ServerStreaming, async call =>
        {
            while (true)
                await call.WriteAsync(new byte[100_000]);
        });
        await using var server = await RpcTestServer.StartAsync(waiting.Method);
        using var client = new GrpcTestClient(server);
        var call = client.Start("Wait");
        await call.WriteMessageAsync("");
        await call.CompleteAsync();
        Assert.NotNull(await call.ReadMessageAsync());

        call.Cancel();
        (await call.ResponseAsync()).Dispose();

        Assert.IsAssignableFrom<OperationCanceledException>(await waiting.Ended);
        Assert.DoesNotContain(server.Log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task The_response_may_tell_that_the_client_has_gone_before_the_request_does()
    {
        var cancelled = false;
        var waiting = new Waiting(RpcMethodType.ServerStreaming, async call =>
        {
            call.CancellationToken.Register(() => cancelled = true);
            await call.WriteAsync("unread"u8.ToArray());
        });
        await using var server = await RpcTestServer.StartAsync(
            null, app => app.Use((http, next) =>
            {
                http.Features.Set<IHttpResponseBodyFeature>(new UnreadResponse());
                return next(http);
            }), [waiting.Method]);
        using var client = new GrpcTestClient(server);
        var call = client.Start("Wait");
        await call.WriteMessageAsync("");
        await call.CompleteAsync();

        Assert.IsAssignableFrom<OperationCanceledException>(await waiting.Ended);
        Assert.True(cancelled);
        (await call.ResponseAsync()).Dispose();
        Assert.DoesNotContain(server.Log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_read_that_the_handler_left_behind_does_not_outlive_the_call()
    {
        Task<bool>? read = null;
        var method = new RpcMethod("Leave", RpcMethodType.DuplexStreaming, call =>
        {
            read = Task.Run(async () => await call.ReadAsync() is null);
            while (!read.IsCompleted && read.Status != TaskStatus.WaitingForActivation)
                Thread.Yield();
            return ValueTask.CompletedTask;
        });
        await using var server = await RpcTestServer.StartAsync(method);
        using var client = new GrpcTestClient(server);
        var call = client.Start("Leave");

        Assert.Equal(StatusCode.OK, (await call.FinishAsync()).Status);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read!);
    }

    [Fact]
    public async Task Two_reads_at_once_are_refused()
    {
        var method = new RpcMethod("Both", RpcMethodType.DuplexStreaming, async call =>
        {
            var first = call.ReadAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await call.ReadAsync());
            await call.WriteAsync("refused"u8.ToArray());
            Assert.Null(await first);
        });
        await using var server = await RpcTestServer.StartAsync(method);
        using var client = new GrpcTestClient(server);
        var call = client.Start("Both");

        Assert.Equal("refused", await call.ReadMessageAsync());
        await call.CompleteAsync();
        Assert.Equal(StatusCode.OK, (await call.FinishAsync()).Status);
    }

    [Fact]
    public async Task Shutdown_lets_a_call_finish_within_the_grace_period()
    {
        var proceed = new TaskCompletionSource();
        var waiting = new Waiting(RpcMethodType.ServerStreaming, async call =>
        {
            await call.WriteHeadersAsync();
            await proceed.Task;
            await call.WriteAsync("done"u8.ToArray());
        });
        await using var server = await RpcTestServer.StartAsync(waiting.Method);
        using var client = new GrpcTestClient(server);
        var call = client.Start("Wait");
        await call.WriteMessageAsync("");
        await call.CompleteAsync();
        await waiting.Entered;

        var stopped = server.StopAsync();
        proceed.SetResult();

        var response = await call.FinishAsync();
        Assert.Equal(StatusCode.OK, response.Status);
        Assert.Single(response.Messages);
        await stopped;
    }

    [Fact]
    public async Task Shutdown_ends_calls_with_UNAVAILABLE_after_the_grace_period()
    {
        var waiting = new Waiting(RpcMethodType.ServerStreaming, async call =>
        {
            await call.WriteHeadersAsync();
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
        });
        await using var server = await RpcTestServer.StartAsync(
            services => services.Configure<RpcOptions>(options => options.ShutdownGracePeriod = TimeSpan.FromMilliseconds(20)), null, [waiting.Method]);
        using var client = new GrpcTestClient(server);
        var call = client.Start("Wait");
        await call.WriteMessageAsync("");
        await call.CompleteAsync();
        await call.ResponseAsync();

        var stopped = server.StopAsync();

        var response = await call.FinishAsync();
        Assert.Equal(StatusCode.Unavailable, response.Status);
        Assert.Equal("The server is shutting down.", response.Message);
        await stopped;
    }

    [Fact]
    public async Task Shutdown_puts_the_status_behind_what_a_slow_client_has_yet_to_read()
    {
        var blocked = new TaskCompletionSource();
        var waiting = new Waiting(RpcMethodType.ServerStreaming, async call =>
        {
            while (true)
            {
                var write = call.WriteAsync(new byte[100_000]);
                if (!write.IsCompleted)
                    blocked.TrySetResult();
                await write;
            }
        });
        await using var server = await RpcTestServer.StartAsync(
            services => services.Configure<RpcOptions>(options => options.ShutdownGracePeriod = TimeSpan.FromMilliseconds(20)), null, [waiting.Method]);
        using var client = new GrpcTestClient(server, windowSize: 65_535);
        var call = client.Start("Wait");
        await call.WriteMessageAsync("");
        await call.CompleteAsync();
        await call.ResponseAsync();
        await blocked.Task;

        var stopped = server.StopAsync();
        Assert.IsAssignableFrom<OperationCanceledException>(await waiting.Ended);

        var response = await call.FinishAsync();
        Assert.All(response.Messages, message => Assert.Equal(100_000, message.Payload.Length));
        Assert.Equal(StatusCode.Unavailable, response.Status);
        await stopped;
    }

    [Fact]
    public async Task A_client_that_never_reads_its_status_holds_nothing_up_once_it_is_gone()
    {
        var blocked = new TaskCompletionSource();
        var waiting = new Waiting(RpcMethodType.ServerStreaming, async call =>
        {
            while (true)
            {
                var write = call.WriteAsync(new byte[100_000]);
                if (!write.IsCompleted)
                    blocked.TrySetResult();
                await write;
            }
        });
        await using var server = await RpcTestServer.StartAsync(
            services => services.Configure<RpcOptions>(options => options.ShutdownGracePeriod = TimeSpan.FromMilliseconds(20)), null, [waiting.Method]);
        using var client = new GrpcTestClient(server, windowSize: 65_535);
        var call = client.Start("Wait");
        await call.WriteMessageAsync("");
        await call.CompleteAsync();
        var response = await call.ResponseAsync();
        await blocked.Task;

        var stopped = server.StopAsync();
        Assert.IsAssignableFrom<OperationCanceledException>(await waiting.Ended);
        response.Dispose();

        await stopped;
        Assert.DoesNotContain(server.Log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task The_deadline_resets_the_stream_of_a_client_that_does_not_read()
    {
        var waiting = new Waiting(RpcMethodType.ServerStreaming, async call =>
        {
            while (true)
                await call.WriteAsync(new byte[100_000]);
        });
        await using var server = await RpcTestServer.StartAsync(waiting.Method);
        using var client = new GrpcTestClient(server, windowSize: 65_535);
        var call = client.Start("Wait", ("grpc-timeout", "100m"));
        await call.WriteMessageAsync("");
        await call.CompleteAsync();
        await call.ResponseAsync();

        Assert.IsAssignableFrom<OperationCanceledException>(await waiting.Ended);
        await Assert.ThrowsAnyAsync<IOException>(call.FinishAsync);
        Assert.DoesNotContain(server.Log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    private static Task<RpcTestServer> StartAsync(TimeProvider clock, RpcMethod method)
        => RpcTestServer.StartAsync(services => services.AddSingleton(clock), null, [method]);

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
