using System.Text;
using Machines.Runtime;
using Restate.Sdk;

namespace Machines.Tests;

public class RequestBodyTests
{
    [Theory]
    [InlineData("""{"event": {"type": "\ud800"}}""")]
    [InlineData("""{"event": {"type": "T", "items": [{"\udc00": 1}]}}""")]
    [InlineData("""{"\ud800": 1}""")]
    [InlineData("""{"event": "\ud83d \ude00"}""")]
    public void Half_a_character_is_refused(string json) => AssertRefused(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_refused()
    {
        AssertRefused([.. "{\"event\": \""u8, 0xFF, .. "\"}"u8]);
        AssertRefused([.. "{\""u8, 0xC3, .. "\": 1}"u8]);
    }

    [Fact]
    public void Whole_characters_are_taken_in_each_way_of_writing_them() =>
        Assert.Equal("é😀😀\n", RequestBody.Parse(Encoding.UTF8.GetBytes("""{"text": "é😀\ud83d\ude00\n"}""")).GetString("text"));

    [Fact]
    public void What_is_nested_too_deep_to_be_stored_is_refused()
    {
        Assert.Equal(31, Nested(31)["event"].GetRawText().Count(c => c == '['));
        var error = Assert.Throws<TerminalException>(() => Nested(32));
        Assert.Equal(400, error.Code);
        Assert.Contains("maximum configured depth of 32", error.Message);

        static RequestBody Nested(int arrays) =>
            RequestBody.Parse(Encoding.UTF8.GetBytes($$"""{"event": {{new string('[', arrays)}}{{new string(']', arrays)}}}"""));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("4294967295001")]
    [InlineData("\"5\"")]
    public void A_time_that_cannot_be_waited_for_is_refused(string milliseconds)
    {
        var body = RequestBody.Parse(Encoding.UTF8.GetBytes($$"""{"timeout": {{milliseconds}}}"""));
        var error = Assert.Throws<TerminalException>(() => body.GetMilliseconds("timeout"));
        Assert.Equal((400, $"timeout: must be a number of milliseconds from 0 to 4294967295000, not {milliseconds}"), (error.Code, error.Message));
    }

    private static void AssertRefused(byte[] body)
    {
        var error = Assert.Throws<TerminalException>(() => RequestBody.Parse(body));
        Assert.Equal((400, "body: is not valid Unicode"), (error.Code, error.Message));
    }
}
