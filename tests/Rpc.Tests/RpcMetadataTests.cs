using Rpc.Tests.Support;

namespace Rpc.Tests;

/// <summary>Custom metadata, in memory and on the wire.</summary>
public sealed class RpcMetadataTests
{
    [Fact]
    public async Task Metadata_of_both_kinds_can_be_echoed_in_headers_and_trailers()
    {
        await using var server = await RpcTestServer.StartAsync(Handlers.Do("Echo", call =>
        {
            call.ResponseHeaders.Add("x-grpc-test-echo-initial", call.RequestHeaders.GetText("x-grpc-test-echo-initial")!);
            call.ResponseTrailers.Add("x-grpc-test-echo-trailing-bin", call.RequestHeaders.GetBytes("x-grpc-test-echo-trailing-bin")!.Value);
        }));
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync(
            "Echo", Frames.Frame(""), ("x-grpc-test-echo-initial", "test_initial_metadata_value"), ("x-grpc-test-echo-trailing-bin", "q6ur"));

        Assert.Equal("test_initial_metadata_value", response.Header("x-grpc-test-echo-initial"));
        Assert.Equal("q6ur", response.Trailer("x-grpc-test-echo-trailing-bin"));
    }

    [Theory]
    [InlineData("AQ", new[] { "01" })]
    [InlineData("AQ==", new[] { "01" })]
    [InlineData("AQ==,AQI,AQID", new[] { "01", "0102", "010203" })]
    [InlineData("AQ, AQI=", new[] { "01", "0102" })]
    [InlineData("", new[] { "" })]
    [InlineData("not base64!", new string[0])]
    public async Task Binary_values_are_read_with_or_without_padding_and_split_at_commas(string header, string[] expected)
    {
        string[]? values = null;
        await using var server = await RpcTestServer.StartAsync(Handlers.Do(
            "Read", call => values = [.. call.RequestHeaders.GetAll("x-bin").Select(entry => Convert.ToHexString(entry.Bytes.Span))]));
        using var client = new GrpcTestClient(server);

        await client.CallAsync("Read", Frames.Frame(""), ("x-bin", header));

        Assert.Equal(expected, values);
    }

    [Fact]
    public async Task Values_of_one_name_keep_their_order()
    {
        string?[]? values = null;
        await using var server = await RpcTestServer.StartAsync(Handlers.Do("Read", call =>
        {
            values = [.. call.RequestHeaders.GetAll("x-many").Select(entry => entry.Text)];
            call.ResponseHeaders.Add("x-out", "1");
            call.ResponseHeaders.Add("x-out", "2");
        }));
        using var client = new GrpcTestClient(server);

        var response = await client.CallAsync("Read", Frames.Frame(""), ("x-many", "b"), ("x-many", "a"));

        Assert.Equal("b,a", string.Join(',', values!).Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("1,2", response.Header("x-out"));
    }

    [Fact]
    public async Task Headers_of_the_protocol_are_no_metadata()
    {
        string[]? names = null;
        await using var server = await RpcTestServer.StartAsync(Handlers.Do("Read", call => names = [.. call.RequestHeaders.Select(entry => entry.Name)]));
        using var client = new GrpcTestClient(server);

        await client.CallAsync("Read", Frames.Frame(""), ("X-Mine", "1"), ("grpc-timeout", "1H"), ("grpc-accept-encoding", "gzip"));

        Assert.Equal(["x-mine"], names!);
    }

    [Theory]
    [InlineData("grpc-foo")]
    [InlineData("connect-foo")]
    [InlineData("content-type")]
    [InlineData("transfer-encoding")]
    [InlineData("with space")]
    [InlineData("colon:")]
    [InlineData("ümlaut")]
    [InlineData("")]
    public void Names_that_cannot_be_sent_are_refused(string name)
    {
        Assert.ThrowsAny<ArgumentException>(() => new RpcMetadata().Add(name, "value"));
    }

    [Theory]
    [InlineData("line\nbreak")]
    [InlineData("smile ☺")]
    public void Values_that_cannot_be_sent_are_refused(string value)
    {
        var refused = Assert.Throws<ArgumentException>(() => new RpcMetadata().Add("x-text", value));

        Assert.Contains("x-text", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_suffix_decides_between_text_and_bytes()
    {
        var metadata = new RpcMetadata();

        Assert.Throws<ArgumentException>(() => metadata.Add("x-bin", "text"));
        Assert.Throws<ArgumentException>(() => metadata.Add("x", new byte[] { 1 }));
    }

    [Fact]
    public void Names_are_found_whatever_their_case()
    {
        var metadata = new RpcMetadata { { "X-Name", "1" }, { "x-name", "2" }, { "X-Data-Bin", new byte[] { 3 } } };

        Assert.Equal("1", metadata.GetText("x-NAME"));
        Assert.Equal(2, metadata.GetAll("X-name").Count());
        Assert.Equal(3, metadata.GetBytes("x-data-bin")!.Value.Span[0]);
        Assert.Null(metadata.GetBytes("x-name"));
        Assert.Null(metadata.GetText("x-data-bin"));
        Assert.True(metadata.Remove("x-NAME"));
        Assert.Equal("x-data-bin", Assert.Single(metadata).Name);
    }
}
