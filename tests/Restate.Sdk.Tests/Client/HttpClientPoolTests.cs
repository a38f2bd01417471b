using Restate.Sdk.Client;

namespace Restate.Sdk.Tests.Client;

public class HttpClientPoolTests
{
    [Fact]
    public void No_client_has_more_calls_than_it_may_and_room_that_is_made_is_taken_first()
    {
        var created = 0;
        using var pool = new HttpClientPool(
            () =>
            {
                created++;
                return new HttpClient();
            },
            maxCalls: 2);
        var calls = Enumerable.Range(0, 5).Select(_ => pool.Begin()).ToArray();
        Assert.Equal(3, created);
        Assert.Equal([2, 2, 1], calls.GroupBy(call => call.Client).Select(client => client.Count()));

        pool.End(calls[0]);
        Assert.Same(calls[0].Client, pool.Begin().Client);
        Assert.Equal(3, created);
    }
}
