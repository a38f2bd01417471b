using Conformance.Protos;
using Conformance.Service;

namespace Conformance.Client;

/// <summary>
/// Plays a case's client with nothing but an HTTP client, so that every byte of the response is looked at. It enforces no timeout and
/// no rule of its own: that is the server's part.
/// </summary>
internal sealed class ConformanceClient : IDisposable
{
    private const int Http2Cancel = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConformanceServer _server;
    private readonly HttpMessageInvoker _http;

    public ConformanceClient(ConformanceServer server)
    {
        _server = server;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => server.Certificate.Equals(certificate);
        _http = new HttpMessageInvoker(handler);
    }

    /// <summary>Sends the request of a case, and tells what came back.</summary>
    public async Task<ClientResponseResult> RunAsync(ClientCompatRequest request, bool tls)
    {
        using var patience = new CancellationTokenSource(Patience);
        var result = new ClientResponseResult();
        using var body = RequestBody.Of(request);
        using var message = RequestMessage.Create(request, _server.Address(request.HttpVersion, tls), body);
        try
        {
            var sending = _http.SendAsync(message, patience.Token);
            if (body.Interactive)
                await TalkAsync(request, body, sending, result, patience.Token);
            else
                await new ResponseReader(request, await sending, result).ReadAllAsync(patience.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            result.Error = new Error { Code = IsCancel(exception) ? Code.Canceled : Code.Unavailable, Message = exception.Message };
        }

        return result;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A message each way in turn, until either side is done.</summary>
    private static async Task TalkAsync(
        ClientCompatRequest request, RequestBody body, Task<HttpResponseMessage> sending, ClientResponseResult result, CancellationToken cancellation)
    {
        ResponseReader? reader = null;
        for (var index = 0; index < request.RequestMessages.Count; index++)
        {
            await body.WriteAsync(index, cancellation);
            reader ??= new ResponseReader(request, await sending, result);
            if (!await reader.ReadNextAsync(cancellation))
                break;
        }

        body.Complete();
        reader ??= new ResponseReader(request, await sending, result);
        await reader.ReadAllAsync(cancellation);
    }

    private static bool IsCancel(Exception? exception)
        => exception is HttpProtocolException { ErrorCode: Http2Cancel } || (exception is not null && IsCancel(exception.InnerException));
}
