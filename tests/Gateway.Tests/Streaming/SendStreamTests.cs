using EndToEnd;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orders.V1;
using Rpc;

namespace Gateway.Tests.Streaming;

public class SendStreamTests
{
    [Fact]
    public async Task No_more_events_are_under_way_than_is_allowed()
    {
        await using var machines = await FakeMachines.StartAsync();
        await using var gateway = await StreamingGateway.StartAsync(machines, options => options.SendStreamConcurrency = 4);
        using var stream = gateway.Client.Open<SendStreamResponse>("SendStream");
        for (var i = 0; i < 20; i++)
            await stream.WriteAsync(Event($"many-{i}", "a"));
        await stream.CompleteAsync();
        await Eventually.BecomesTrueAsync(() => machines.SendsUnderWay == 4, () => $"4 sends under way; there are {machines.SendsUnderWay}");

        machines.Answers.SetResult();
        var answers = 0;
        await foreach (var answer in stream.ReadAsync())
        {
            Assert.Equal(2ul, answer.Snapshot.Info.Revision);
            answers++;
        }

        Assert.Equal(20, answers);
        Assert.Equal(4, machines.MostSendsUnderWay);
    }

    [Fact]
    public async Task A_client_that_sends_without_end_is_held_back()
    {
        await using var machines = await FakeMachines.StartAsync();
        await using var gateway = await StreamingGateway.StartAsync(machines, options => options.SendStreamConcurrency = 4);
        using var stream = gateway.Client.Open<SendStreamResponse>("SendStream");
        var written = 0;
        var writing = WriteAsync();
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                var before = written;
                await Task.Delay(TimeSpan.FromMilliseconds(500));
                return machines.SendsUnderWay == 4 && before > 4 && written == before;
            },
            () => $"a pause of the client; it has written {written}");
        Assert.InRange(written, 5, 200);

        machines.Answers.SetResult();
        var answers = 0;
        await foreach (var answer in stream.ReadAsync())
            answers++;
        await writing;
        Assert.Equal(200, answers);

        async Task WriteAsync()
        {
            var large = new string('x', 64 * 1024);
            for (; written < 200; written++)
                await stream.WriteAsync(Event($"fast-{written}", large));
            await stream.CompleteAsync();
        }
    }

    [Fact]
    public async Task Events_for_one_instance_are_sent_one_after_the_other()
    {
        await using var machines = await FakeMachines.StartAsync();
        await using var gateway = await StreamingGateway.StartAsync(machines, _ => { });
        machines.Answers.SetResult();
        using var stream = gateway.Client.Open<SendStreamResponse>("SendStream");
        for (var i = 0; i < 100; i++)
            await stream.WriteAsync(Event("one", $"{i}"));
        await stream.CompleteAsync();
        var revisions = new List<int>();
        await foreach (var answer in stream.ReadAsync())
            revisions.Add((int)answer.Snapshot.Info.Revision);

        Assert.Equal(Enumerable.Range(2, 100), revisions);
        Assert.Equal(1, machines["one"].MostSendsUnderWay);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), machines["one"].Events);
    }

    [Fact]
    public async Task What_comes_before_a_malformed_message_is_answered()
    {
        await using var machines = await FakeMachines.StartAsync();
        await using var gateway = await StreamingGateway.StartAsync(machines, _ => { });
        using var stream = gateway.Client.Open<SendStreamResponse>("SendStream");
        for (var i = 0; i < 50; i++)
            await stream.WriteAsync(Event("one", $"{i}"));
        await stream.WriteAsync(new BytesValue { Value = ByteString.CopyFrom(0xFF) });

        machines.Answers.SetResult();
        var answers = 0;
        var exception = await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            await foreach (var answer in stream.ReadAsync())
                answers++;
        });
        Assert.Equal((50, StatusCode.InvalidArgument), (answers, exception.Code));
    }

    private static SendRequest Event(string key, string sku) => new SendRequest { Key = key, Event = new OrderEvent { AddItem = new AddItem { Sku = sku } } };
}
