using System.Text;

namespace Rpc.Tests.Support;

/// <summary>A call under way.</summary>
internal sealed class GrpcTestStream(Stream request, Task<HttpResponseMessage> response, CancellationTokenSource cancellation)
{
    private Stream? _body;

    public async Task WriteAsync(byte[] bytes)
    {
        await request.WriteAsync(bytes);
        await request.FlushAsync();
    }

    public Task WriteMessageAsync(string message) => WriteAsync(Frames.Frame(message));

    public async Task CompleteAsync() => await request.DisposeAsync();

    /// <summary>The response once its headers are there.</summary>
    public Task<HttpResponseMessage> ResponseAsync() => response;

    /// <summary>The next message, or null at the end.</summary>
    public async Task<string?> ReadMessageAsync() => await ReadBytesAsync() is { } message ? Encoding.UTF8.GetString(message) : null;

    /// <inheritdoc cref="ReadMessageAsync"/>
    public async Task<byte[]?> ReadBytesAsync()
    {
        _body ??= await (await response).Content.ReadAsStreamAsync();
        return (await Frames.ReadAsync(_body))?.Payload;
    }

    /// <summary>Reads to the end; returns the final status.</summary>
    public async Task<GrpcTestResponse> FinishAsync()
    {
        var messages = new List<(byte, byte[])>();
        _body ??= await (await response).Content.ReadAsStreamAsync();
        while (await Frames.ReadAsync(_body) is { } frame)
            messages.Add(frame);
        return new GrpcTestResponse(await response, messages);
    }

    public void Cancel() => cancellation.Cancel();
}
