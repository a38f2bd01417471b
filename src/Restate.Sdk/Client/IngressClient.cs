using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Restate.Sdk.Client;

/// <summary>Calls handlers through Restate's HTTP ingress. Safe to use from many threads; make one per ingress and keep it.</summary>
public sealed class IngressClient : IDisposable
{
    private const int NotReady = 470;

    /// <summary>
    /// Restate's HTTP/2 server ends a connection with ENHANCE_YOUR_CALM, and so every call on it, when some 130 small request bodies wait to be
    /// read. It does not count those that come with the end of their stream, but HttpClient sends that in a frame of its own.
    /// </summary>
    private const int MaxHttp2CallsPerConnection = 100;

    private const int KeepAliveProbes = 4;

    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);

    private readonly HttpClientPool _http;
    private readonly IngressOptions _options;
    private readonly string _base;

    /// <summary>Connects with a handler of its own.</summary>
    /// <param name="options">Where the ingress is.</param>
    public IngressClient(IngressOptions options)
        : this(
            new HttpClientPool(
                () => new HttpMessageInvoker(CreateHandler(options)), options.Http2 ? MaxHttp2CallsPerConnection : int.MaxValue),
            options)
    {
    }

    /// <summary>Uses a client that is configured already; its timeout applies to calls, which may take as long as their handlers.</summary>
    /// <param name="http">The client; its base address is the ingress'. It is disposed along with this.</param>
    public IngressClient(HttpClient http)
        : this(new HttpClientPool(() => http, int.MaxValue), new IngressOptions
        {
            Address = http?.BaseAddress ?? throw new ArgumentException("BaseAddress has to be set to the ingress' address.", nameof(http)),
        })
    {
    }

    private IngressClient(HttpClientPool http, IngressOptions options)
    {
        _http = http;
        _options = options;
        _base = options.Address.GetLeftPart(UriPartial.Path).TrimEnd('/');
    }

    /// <summary>Calls a handler and waits for its answer.</summary>
    /// <param name="target">The handler.</param>
    /// <param name="body">The request body, possibly empty.</param>
    /// <param name="options">Idempotency key, headers, content type.</param>
    /// <param name="cancellationToken">Stops waiting; the invocation goes on.</param>
    /// <exception cref="IngressException">The handler failed, Restate refused the call, or there was no answer.</exception>
    /// <exception cref="ArgumentException">
    /// The idempotency key or a header is not of printable ASCII characters, the key is empty, or a header is one that the client sets itself.
    /// </exception>
    public Task<IngressResponse> CallAsync(
        Target target,
        ReadOnlyMemory<byte> body,
        IngressCallOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        if (options?.Delay is not null)
            throw new ArgumentException("Delay is for SendAsync only: a call waits for its answer.", nameof(options));
        return RequestAsync(HttpMethod.Post, PathOf(target), body, options, options?.IdempotencyKey is not null, cancellationToken);
    }

    /// <summary>Calls a handler with typed values.</summary>
    /// <typeparam name="TInput">The request's type.</typeparam>
    /// <typeparam name="TOutput">The answer's type.</typeparam>
    /// <param name="target">The handler.</param>
    /// <param name="input">The request.</param>
    /// <param name="options">Idempotency key, headers.</param>
    /// <param name="inputSerde">How the request is written; <see cref="Serde.Default{T}"/> when null.</param>
    /// <param name="outputSerde">How the answer is read; <see cref="Serde.Default{T}"/> when null.</param>
    /// <param name="cancellationToken">Stops waiting; the invocation goes on.</param>
    /// <exception cref="IngressException">The handler failed, Restate refused the call, or there was no answer.</exception>
    /// <exception cref="ArgumentException">The idempotency key or a header is not of printable ASCII characters, or the key is empty.</exception>
    public async Task<TOutput> CallAsync<TInput, TOutput>(
        Target target,
        TInput input,
        IngressCallOptions? options = null,
        Serde<TInput>? inputSerde = null,
        Serde<TOutput>? outputSerde = null,
        CancellationToken cancellationToken = default)
    {
        var writes = inputSerde ?? Serde.Default<TInput>();
        options = (options ?? new IngressCallOptions()) with { ContentType = writes.ContentType };
        var response = await CallAsync(target, writes.Serialize(input), options, cancellationToken);
        return (outputSerde ?? Serde.Default<TOutput>()).Deserialize(response.Body);
    }

    /// <summary>Starts a handler, now or later, without waiting for its answer.</summary>
    /// <param name="target">The handler.</param>
    /// <param name="body">The request body, possibly empty.</param>
    /// <param name="options">Idempotency key, headers, content type, delay.</param>
    /// <param name="cancellationToken">Stops waiting for the receipt.</param>
    /// <exception cref="IngressException">Restate refused the call, or there was no answer.</exception>
    /// <exception cref="ArgumentException">The idempotency key or a header is not of printable ASCII characters, or the key is empty.</exception>
    public async Task<SendReceipt> SendAsync(
        Target target,
        ReadOnlyMemory<byte> body,
        IngressCallOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var path = PathOf(target) + "/send";
        if (options?.Delay is { } delay)
            path += string.Create(CultureInfo.InvariantCulture, $"?delay={(long)delay.TotalMilliseconds}ms");
        var response = await RequestAsync(
            HttpMethod.Post, path, body, options, options?.IdempotencyKey is not null, cancellationToken);
        try
        {
            using var json = JsonDocument.Parse(response.Body);
            return new SendReceipt(
                json.RootElement.GetProperty("invocationId").GetString()!,
                json.RootElement.GetProperty("status").GetString() == "PreviouslyAccepted");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new IngressException($"No usable answer from Restate's ingress at {_options.Address}: {exception.Message}", exception);
        }
    }

    /// <summary>Starts a handler with a typed value, without waiting for its answer.</summary>
    /// <typeparam name="TInput">The request's type.</typeparam>
    /// <param name="target">The handler.</param>
    /// <param name="input">The request.</param>
    /// <param name="serde">How the request is written, such as <see cref="Serde.Json{T}()"/>.</param>
    /// <param name="options">Idempotency key, headers, delay.</param>
    /// <param name="cancellationToken">Stops waiting for the receipt.</param>
    /// <exception cref="IngressException">Restate refused the call, or there was no answer.</exception>
    /// <exception cref="ArgumentException">The idempotency key or a header is not of printable ASCII characters, or the key is empty.</exception>
    public Task<SendReceipt> SendAsync<TInput>(
        Target target,
        TInput input,
        Serde<TInput> serde,
        IngressCallOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options = (options ?? new IngressCallOptions()) with { ContentType = serde.ContentType };
        return SendAsync(target, serde.Serialize(input), options, cancellationToken);
    }

    /// <summary>Waits for the answer of an invocation that was sent.</summary>
    /// <param name="invocationId">The invocation's id.</param>
    /// <param name="cancellationToken">Stops waiting; the invocation goes on.</param>
    /// <exception cref="IngressException">The handler failed, there is no such invocation, or there was no answer.</exception>
    public Task<IngressResponse> AttachAsync(string invocationId, CancellationToken cancellationToken = default) =>
        RequestAsync(HttpMethod.Get, $"/restate/invocation/{Escape(invocationId)}/attach", default, null, true, cancellationToken);

    /// <summary>Waits for the answer of an invocation that was sent, as a typed value.</summary>
    /// <typeparam name="TOutput">The answer's type.</typeparam>
    /// <param name="invocationId">The invocation's id.</param>
    /// <param name="serde">How the answer is read; <see cref="Serde.Default{T}"/> when null.</param>
    /// <param name="cancellationToken">Stops waiting; the invocation goes on.</param>
    /// <exception cref="IngressException">The handler failed, there is no such invocation, or there was no answer.</exception>
    public async Task<TOutput> AttachAsync<TOutput>(
        string invocationId,
        Serde<TOutput>? serde = null,
        CancellationToken cancellationToken = default) =>
        (serde ?? Serde.Default<TOutput>()).Deserialize((await AttachAsync(invocationId, cancellationToken)).Body);

    /// <summary>Waits for the answer of the invocation that has an idempotency key.</summary>
    /// <param name="target">The handler it runs.</param>
    /// <param name="idempotencyKey">The key it was called with: letters, digits, <c>-</c>, <c>.</c>, <c>_</c> and <c>~</c> only.</param>
    /// <param name="cancellationToken">Stops waiting; the invocation goes on.</param>
    /// <exception cref="IngressException">The handler failed, there is no such invocation, or there was no answer.</exception>
    public Task<IngressResponse> AttachAsync(Target target, string idempotencyKey, CancellationToken cancellationToken = default) =>
        RequestAsync(HttpMethod.Get, PathOf(target, idempotencyKey) + "/attach", default, null, true, cancellationToken);

    /// <summary>The answer of an invocation if it has ended.</summary>
    /// <param name="invocationId">The invocation's id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The answer; null while the invocation runs.</returns>
    /// <exception cref="IngressException">The handler failed, there is no such invocation, or there was no answer.</exception>
    public Task<IngressResponse?> OutputAsync(string invocationId, CancellationToken cancellationToken = default) =>
        ReadOutputAsync($"/restate/invocation/{Escape(invocationId)}/output", cancellationToken);

    /// <summary>The answer of the invocation that has an idempotency key, if it has ended.</summary>
    /// <param name="target">The handler it runs.</param>
    /// <param name="idempotencyKey">The key it was called with: letters, digits, <c>-</c>, <c>.</c>, <c>_</c> and <c>~</c> only.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The answer; null while the invocation runs.</returns>
    /// <exception cref="IngressException">The handler failed, there is no such invocation, or there was no answer.</exception>
    public Task<IngressResponse?> OutputAsync(Target target, string idempotencyKey, CancellationToken cancellationToken = default) =>
        ReadOutputAsync(PathOf(target, idempotencyKey) + "/output", cancellationToken);

    /// <summary>Keeps the promise of an awakeable.</summary>
    /// <param name="id">The awakeable's id.</param>
    /// <param name="value">The value's bytes.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="IngressException">Restate refused it, or there was no answer.</exception>
    public Task ResolveAwakeableAsync(string id, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default) =>
        RequestAsync(HttpMethod.Post, $"/restate/awakeables/{Escape(id)}/resolve", value, null, true, cancellationToken);

    /// <summary>Breaks the promise of an awakeable.</summary>
    /// <param name="id">The awakeable's id.</param>
    /// <param name="reason">The failure's message.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="IngressException">Restate refused it, or there was no answer.</exception>
    public Task RejectAwakeableAsync(string id, string reason, CancellationToken cancellationToken = default) =>
        RequestAsync(
            HttpMethod.Post,
            $"/restate/awakeables/{Escape(id)}/reject",
            Encoding.UTF8.GetBytes(reason),
            new IngressCallOptions { ContentType = "text/plain" },
            true,
            cancellationToken);

    /// <summary>True when the ingress answers and is well.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await CheckHealthAsync(cancellationToken);
            return true;
        }
        catch (IngressException)
        {
            return false;
        }
    }

    /// <summary>Returns when the ingress answers and is well.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="IngressException">It does not, and why.</exception>
    public Task CheckHealthAsync(CancellationToken cancellationToken = default) =>
        RequestAsync(HttpMethod.Get, "/restate/health", default, null, false, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>The path of a handler, each part percent-encoded.</summary>
    internal static string PathOf(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        string service = Escape(target.Service), handler = Escape(target.Handler);
        return target.Key is null ? $"/{service}/{handler}" : $"/{service}/{Escape(target.Key)}/{handler}";
    }

    /// <summary>The path of an invocation that has an idempotency key. The server takes that part of a path as it stands.</summary>
    private static string PathOf(Target target, string idempotencyKey) => Escape(idempotencyKey) == idempotencyKey
        ? $"/restate/invocation{PathOf(target)}/{idempotencyKey}"
        : throw new ArgumentException(
            $"Idempotency key '{idempotencyKey}' cannot be looked up: Restate looks up keys of letters, digits, '-', '.', '_' and '~' only. " +
            "Use the invocation's id.",
            nameof(idempotencyKey));

    /// <summary>Dots are allowed in a path, but a part of nothing but dots has a meaning of its own.</summary>
    private static string Escape(string part) => !part.AsSpan().ContainsAnyExcept('.')
        ? string.Concat(Enumerable.Repeat("%2E", part.Length))
        : Uri.EscapeDataString(part);

    private static SocketsHttpHandler CreateHandler(IngressOptions options)
    {
        // Calls may be silent for as long as their handlers take; pings tell a slow handler from a dead connection.
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingTimeout = PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        if (!options.PropagateActivity)
            handler.ActivityHeadersPropagator = null;
        handler.ConnectCallback = (context, cancellationToken) => options.UnixSocket is { } path
            ? ConnectAsync(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), new UnixDomainSocketEndPoint(path), cancellationToken)
            : ConnectAsync(CreateTcpSocket(), context.DnsEndPoint, cancellationToken);
        return handler;
    }

    /// <summary>HTTP/1.1 has no pings: TCP itself has to find out that the other side is gone.</summary>
    private static Socket CreateTcpSocket()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)PingDelay.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)PingTimeout.TotalSeconds / KeepAliveProbes);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
        return socket;
    }

    private static async ValueTask<Stream> ConnectAsync(Socket socket, EndPoint address, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IngressResponse?> ReadOutputAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await RequestAsync(HttpMethod.Get, path, default, null, true, cancellationToken);
        }
        catch (IngressException exception) when (exception is { StatusCode: NotReady, IsFromInvocation: false })
        {
            return null;
        }
    }

    private Task<IngressResponse> RequestAsync(
        HttpMethod method,
        string path,
        ReadOnlyMemory<byte> body,
        IngressCallOptions? options,
        bool isRepeatable,
        CancellationToken cancellationToken) =>
        isRepeatable && _options.Retry is { } policy
            ? RetryAsync(policy, () => RequestOnceAsync(method, path, body, options, cancellationToken), cancellationToken)
            : RequestOnceAsync(method, path, body, options, cancellationToken);

    private static async Task<IngressResponse> RetryAsync(
        IngressRetryPolicy policy, Func<Task<IngressResponse>> request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await request();
            }
            catch (IngressException exception) when (exception.IsRetryable && attempt < policy.MaxAttempts)
            {
                await Task.Delay(policy.DelayAfter(attempt), cancellationToken);
            }
        }
    }

    private async Task<IngressResponse> RequestOnceAsync(
        HttpMethod method,
        string path,
        ReadOnlyMemory<byte> body,
        IngressCallOptions? options,
        CancellationToken cancellationToken)
    {
        using var request = CreateRequest(method, path, body, options);
        var http = _http.Begin();
        try
        {
            using var response = await http.Client.SendAsync(request, cancellationToken);
            var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var invocationId = Header(response.Headers, "x-restate-id");
            if (response.IsSuccessStatusCode)
                return new IngressResponse(content, invocationId, Header(response.Content.Headers, "content-type"));
            throw IngressErrors.Read((int)response.StatusCode, content, Header(response.Headers, "x-restate-error-source"), invocationId);
        }
        catch (Exception exception) when (
            exception is HttpRequestException or IOException or SocketException ||
            (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IngressException($"No answer from Restate's ingress at {_options.Address}: {exception.Message}", exception);
        }
        finally
        {
            _http.End(http);
        }
    }

    private HttpRequestMessage CreateRequest(HttpMethod method, string path, ReadOnlyMemory<byte> body, IngressCallOptions? options)
    {
        // Uri would decode %2E and then resolve the dots.
        var verbatim = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var request = new HttpRequestMessage(method, new Uri(_base + path, verbatim));
        if (_options.Http2)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = _options.Address.Scheme == Uri.UriSchemeHttp
                ? HttpVersionPolicy.RequestVersionExact
                : HttpVersionPolicy.RequestVersionOrLower;
        }

        if ((_options.BearerTokenSource is { } source ? source() : _options.BearerToken) is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (options?.IdempotencyKey is { } key)
        {
            // Restate takes it for a key like any other, which all such calls would share.
            if (key.Length == 0)
                throw new ArgumentException("IdempotencyKey must not be empty; leave it null for none.", nameof(options));
            AddHeader(request, "idempotency-key", key);
        }

        foreach ((var name, var value) in options?.Headers ?? EmptyMap.Strings)
            AddHeader(request, name, value);
        if (!body.IsEmpty)
        {
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.TryAddWithoutValidation("content-type", options?.ContentType ?? "application/json");
        }
        else if (method == HttpMethod.Post && request.VersionPolicy != HttpVersionPolicy.RequestVersionExact)
        {
            // What has no content HttpClient sends again by itself when an HTTP/1.1 connection ends without an answer.
            request.Content = new ReadOnlyMemoryContent(body);
        }

        return request;
    }

    /// <summary>HttpClient would say of such a value that the request failed, which is what it says of an ingress that is down.</summary>
    private static void AddHeader(HttpRequestMessage request, string name, string value)
    {
        if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException($"The header '{name}' has a character that is not printable ASCII: encode its value.", nameof(value));
        if (request.Headers.NonValidated.Contains(name) || !request.Headers.TryAddWithoutValidation(name, value))
        {
            throw new ArgumentException(
                $"The header '{name}' is one of the client's own, or no header: the content type, the idempotency key and the token are options.", nameof(name));
        }
    }

    private static string? Header(HttpHeaders headers, string name) => headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
