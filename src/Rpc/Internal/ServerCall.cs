using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Rpc.Internal.Protocols;

namespace Rpc.Internal;

/// <summary>
/// One call, whatever its protocol: holds the rules (cardinality, limits, deadline, who ends the call and how) and leaves the
/// wire to its exchange.
/// </summary>
/// <remarks>
/// A call ends once: by its handler's return, at the deadline, at the server's shutdown, or because the client went away. Who
/// comes first under the gate has the word. The handler is waited for in any case, since Kestrel reuses the request afterwards.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "RunAsync is the call's whole life and disposes what it made.")]
internal sealed class ServerCall : RpcCall
{
    private readonly Route _route;
    private readonly RpcExchange _exchange;
    private readonly CallEnvironment _environment;
    private readonly Lock _gate = new();

    private RpcMetadata? _requestHeaders;
    private RpcMetadata? _responseHeaders;
    private RpcMetadata? _responseTrailers;
    private CallDeadline? _deadline;
    private CancellationTokenSource? _cancellation;
    private CancellationTokenRegistration _aborted;
    private bool _requestEnded;
    private bool _responseWritten;

    // Under the gate.
    private bool _ended;
    private bool _clientGone;
    private Operations _running;
    private TaskCompletionSource? _idle;
    private TaskCompletionSource? _writeStopped;
    private TaskCompletionSource? _endedEarly;

    public ServerCall(HttpContext http, Route route, RpcExchange exchange, CallEnvironment environment)
    {
        HttpContext = http;
        _route = route;
        _exchange = exchange;
        _environment = environment;
        CompressResponse = environment.Options.CompressResponses;
    }

    [Flags]
    private enum Operations
    {
        None = 0,
        Read = 1,
        Write = 2,
    }

    public override RpcService Service => _route.Service;

    public override RpcMethod Method => _route.Method;

    public override HttpContext HttpContext { get; }

    public override string Peer => HttpContext.Connection switch
    {
        { RemoteIpAddress: null } => "unknown",
        { RemoteIpAddress.AddressFamily: AddressFamily.InterNetworkV6 } v6 => $"ipv6:[{v6.RemoteIpAddress}]:{v6.RemotePort}",
        var v4 => $"ipv4:{v4.RemoteIpAddress}:{v4.RemotePort}",
    };

    public override RpcMetadata RequestHeaders => _requestHeaders ??= _exchange.ReadMetadata();

    public override RpcMetadata ResponseHeaders => _responseHeaders ??= new RpcMetadata();

    public override RpcMetadata ResponseTrailers => _responseTrailers ??= new RpcMetadata();

    /// <summary>The response headers, if there are any.</summary>
    public RpcMetadata? HeadersToSend => _responseHeaders is { Count: > 0 } ? _responseHeaders : null;

    public override DateTimeOffset? Deadline => _deadline?.At;

    public override bool RequestCompressed => _exchange.RequestCompressed;

    public override bool CompressResponse { get; set; }

    /// <summary>Made on demand: a call that is never waited for does without.</summary>
    public override CancellationToken CancellationToken => (_cancellation ?? CreateCancellation()).Token;

    /// <summary>Serves the call, from its headers to its status.</summary>
    public async Task RunAsync()
    {
        var gracePeriod = _environment.GracePeriodOver.UnsafeRegister(static call => ((ServerCall)call!).EndEarly(Errors.ShuttingDown), this);
        RpcStatus status;
        try
        {
            if (StartDeadline(_exchange.Open()))
                await Method.InvokeAsync(this);
            status = _responseWritten || Method.ServerStreams ? RpcStatus.OK : Errors.NoResponse;
        }
        catch (Exception exception)
        {
            status = StatusOf(exception);
        }

        var endedEarly = !TryEnd();
        await StopOperationsAsync();
        if (!endedEarly)
            await CompleteAsync(status, HeadersToSend, _responseTrailers);
        else if (_endedEarly is not null)
            await _endedEarly.Task;

        await gracePeriod.DisposeAsync();
        await _aborted.DisposeAsync();
        _deadline?.Dispose();
        if (!_exchange.RequestEnded && !_clientGone)
            await FinishRequestAsync();
        _exchange.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadOnlySequence<byte>?> ReadAsync()
    {
        Begin(Operations.Read);
        try
        {
            if (_requestEnded)
                return null;

            var message = await _exchange.ReadAsync(this);
            if (message is null && !Method.ClientStreams)
                throw new RpcException(Errors.NoRequest);

            _requestEnded = message is null || !Method.ClientStreams;
            return message;
        }
        catch (BadHttpRequestException malformed)
        {
            throw new RpcException(Errors.UnreadableBody(malformed.Message));
        }
        catch (Exception gone) when (gone is IOException or ConnectionAbortedException)
        {
            // The body may tell of a reset before the request's own token does.
            EndClientGone();
            throw new OperationCanceledException(gone.Message, gone, CancellationToken);
        }
        finally
        {
            End(Operations.Read);
        }
    }

    public override async ValueTask WriteHeadersAsync()
    {
        Begin(Operations.Write);
        try
        {
            await _exchange.WriteHeadersAsync(this);
        }
        finally
        {
            End(Operations.Write);
        }
    }

    public override ValueTask WriteAsync(ReadOnlySequence<byte> message)
    {
        Begin(Operations.Write);
        try
        {
            if (message.Length > _environment.Options.MaxSendMessageSize)
                throw new RpcException(Errors.ResponseTooLarge(message.Length, _environment.Options.MaxSendMessageSize));
            if (_responseWritten && !Method.ServerStreams)
                throw new RpcException(Errors.TooManyResponses);

            _responseWritten = true;
            var writing = _exchange.WriteAsync(this, message);
            if (!writing.IsCompletedSuccessfully)
                return EndWriteAsync(writing);
        }
        catch
        {
            End(Operations.Write);
            throw;
        }

        End(Operations.Write);
        return ValueTask.CompletedTask;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask EndWriteAsync(ValueTask writing)
    {
        try
        {
            await writing;
        }
        finally
        {
            End(Operations.Write);
        }
    }

    private CancellationTokenSource CreateCancellation()
    {
        lock (_gate)
        {
            if (_cancellation is not null)
                return _cancellation;

            _cancellation = new CancellationTokenSource();
            if (_ended)
            {
                _cancellation.Cancel();
                return _cancellation;
            }
        }

        _aborted = HttpContext.RequestAborted.UnsafeRegister(static call => ((ServerCall)call!).EndClientGone(), this);
        return _cancellation;
    }

    /// <summary>Arms the deadline; tells whether it is still ahead.</summary>
    private bool StartDeadline(TimeSpan? timeout)
    {
        if (timeout is null)
            return true;

        if (timeout <= TimeSpan.Zero)
        {
            EndEarly(Errors.DeadlineExceeded);
            return false;
        }

        _deadline = new CallDeadline(_environment.Clock, timeout.Value, () => EndEarly(Errors.DeadlineExceeded));
        return true;
    }

    private RpcStatus StatusOf(Exception exception)
    {
        if (exception is RpcException { Status: var status })
        {
            _environment.Logger.CallFailed(Service.FullName, Method.Name, status.Code);
            return status;
        }

        // Once the call is over, being told so is no failure of the handler.
        if (exception is OperationCanceledException && (_ended || HttpContext.RequestAborted.IsCancellationRequested))
            return Errors.ClientCancelled;

        _environment.Logger.HandlerFailed(exception, Service.FullName, Method.Name);
        return Errors.HandlerFailed;
    }

    private bool TryEnd()
    {
        lock (_gate)
        {
            if (_ended)
                return false;

            _ended = true;
            return true;
        }
    }

    /// <summary>
    /// Ends the call from outside its handler. If a write is under way, the client is not keeping up: at the deadline its stream
    /// is reset (doc/PROTOCOL-HTTP2.md, "Client Cancellation"), otherwise the status goes behind what it has yet to take.
    /// </summary>
    private void EndEarly(RpcStatus status)
    {
        lock (_gate)
        {
            if (_ended)
                return;

            _ended = true;
            _endedEarly = NewSignal();
            if (_running.HasFlag(Operations.Write))
                _writeStopped = NewSignal();
        }

        _environment.Logger.CallFailed(Service.FullName, Method.Name, status.Code);
        _ = RespondAsync();
        Cancel();

        async Task RespondAsync()
        {
            if (_writeStopped is not null && status.Code == StatusCode.DeadlineExceeded)
            {
                _exchange.Reset();
            }
            else
            {
                if (_writeStopped is not null)
                    await _writeStopped.Task;

                // The handler may be changing its headers and trailers right now: they are not sent.
                await CompleteAsync(status, null, null);
                await FinishResponseAsync();
            }

            _endedEarly.SetResult();
        }
    }

    /// <summary>Ends the call because there is no client any more.</summary>
    public void EndClientGone()
    {
        lock (_gate)
        {
            if (_ended)
                return;

            _ended = true;
            _clientGone = true;
        }

        _environment.Logger.ClientGone(Service.FullName, Method.Name);
        Cancel();
    }

    private void Cancel()
    {
        try
        {
            _cancellation?.Cancel();
        }
        catch (AggregateException exception)
        {
            // Thrown by what the handler has registered. On a timer's thread it would end the process.
            _environment.Logger.HandlerFailed(exception, Service.FullName, Method.Name);
        }
    }

    private void Begin(Operations operation)
    {
        lock (_gate)
        {
            if (!_ended)
            {
                if (_running.HasFlag(operation))
                    throw new InvalidOperationException($"{operation}s of a call follow one another: await the one before.");

                _running |= operation;
                return;
            }
        }

        throw new OperationCanceledException(CancellationToken);
    }

    private void End(Operations operation)
    {
        lock (_gate)
        {
            _running &= ~operation;
            if (operation == Operations.Write)
                _writeStopped?.TrySetResult();
            if (_running == Operations.None)
                _idle?.TrySetResult();
        }
    }

    /// <summary>Ends the reads and writes that the handler has left behind.</summary>
    private Task StopOperationsAsync()
    {
        lock (_gate)
        {
            if (_running == Operations.None)
                return Task.CompletedTask;

            _idle = NewSignal();
        }

        Cancel();
        return _idle.Task;
    }

    private async ValueTask CompleteAsync(RpcStatus status, RpcMetadata? headers, RpcMetadata? trailers)
    {
        try
        {
            await _exchange.CompleteAsync(status, headers, trailers);
        }
        catch (Exception exception)
        {
            // There is no way left to tell the client: it is gone, or what it is to be told cannot be put into headers.
            _environment.Logger.CompletionFailed(exception, Service.FullName, Method.Name);
            _exchange.Reset();
        }
    }

    private async Task FinishResponseAsync()
    {
        try
        {
            await HttpContext.Response.CompleteAsync();
        }
        catch (Exception exception)
        {
            _environment.Logger.CompletionFailed(exception, Service.FullName, Method.Name);
        }
    }

    /// <summary>
    /// Sends the response off and gives the client a moment to stop. Returning with the request unread resets its stream, and
    /// Kestrel takes many such resets for an attack.
    /// </summary>
    private async Task FinishRequestAsync()
    {
        await FinishResponseAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), _environment.Clock);
        try
        {
            await _exchange.SkipRequestAsync(patience.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            // It goes on sending, or is gone: either way the stream ends now.
        }
    }
}
