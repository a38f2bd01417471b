using System.Globalization;

namespace Rpc.Tests.Support;

/// <summary>A complete response.</summary>
internal sealed record GrpcTestResponse(HttpResponseMessage Http, List<(byte Flags, byte[] Payload)> Messages)
{
    public StatusCode Status => (StatusCode)int.Parse(Field("grpc-status")!, CultureInfo.InvariantCulture);

    public string? Message => Field("grpc-message");

    /// <summary>Whether status and headers came in one block.</summary>
    public bool TrailersOnly => Http.Headers.Contains("grpc-status");

    public string? Header(string name) => Http.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    public string? Trailer(string name) => Http.TrailingHeaders.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    private string? Field(string name) => TrailersOnly ? Header(name) : Trailer(name);
}
