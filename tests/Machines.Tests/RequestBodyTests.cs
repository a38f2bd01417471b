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

    private static void AssertRefused(byte[] body)
    {
        var error = Assert.Throws<TerminalException>(() => RequestBody.Parse(body));
        Assert.Equal((400, "body: is not valid Unicode"), (error.Code, error.Message));
    }
}
