using System.IO.Pipelines;
using Google.Protobuf;

namespace EndToEnd;

/// <summary>A call under way that streams both ways.</summary>
internal sealed class GrpcDuplexCall<T>(PipeWriter requests, Task<HttpResponseMessage> response) : IDisposable
    where T : IMessage<T>, new()
{
    /// <summary>Completes when the transport has room for it.</summary>
    public async Task WriteAsync(IMessage request) => await requests.WriteAsync(GrpcClient.Frame(request));

    public async Task CompleteAsync() => await requests.CompleteAsync();

    /// <exception cref="GrpcException">The call did not end with OK.</exception>
    public async IAsyncEnumerable<T> ReadAsync()
    {
        await foreach (var answer in GrpcClient.ReadAsync<T>(await response))
            yield return answer;
    }

    /// <summary>Breaks the stream off where it is.</summary>
    public void Dispose()
    {
        requests.Complete(new IOException("The client is gone."));
        if (response.IsCompletedSuccessfully)
            response.Result.Dispose();
    }
}
