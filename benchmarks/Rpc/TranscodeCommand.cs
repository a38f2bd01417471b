using System.Buffers;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rpc.Json;

namespace Rpc.Benchmarks;

/// <summary>
/// JSON to protobuf and back, ours against Google.Protobuf's. Ours goes from bytes to bytes; theirs from a message to a string and back,
/// and, for the same job as ours, from bytes to bytes by way of both.
/// </summary>
internal static class TranscodeCommand
{
    private const int Rounds = 9;
    private const int Calls = 20_000;

    public static void Run()
    {
        var order = Sample();
        var encoded = new ReadOnlySequence<byte>(order.ToByteArray());
        var text = JsonFormatter.Default.Format(order);
        var json = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text));
        var transcoder = new JsonTranscoder();
        var output = new ArrayBufferWriter<byte>(64 * 1024);

        // Both have to mean the same message.
        transcoder.WriteJson(Order.Descriptor, encoded, output);
        if (!JsonParser.Default.Parse<Order>(Encoding.UTF8.GetString(output.WrittenSpan)).Equals(order))
            throw new InvalidOperationException("The JSON of the two is not the same message.");
        output.ResetWrittenCount();
        transcoder.WriteMessage(Order.Descriptor, json, output);
        if (!Order.Parser.ParseFrom(output.WrittenSpan).Equals(order))
            throw new InvalidOperationException("The message of the two is not the same.");

        Console.WriteLine($"A message of {encoded.Length:N0} bytes, {json.Length:N0} bytes of JSON; µs of CPU and bytes allocated a call, median of {Rounds} rounds in turn.");
        Console.WriteLine($"{"",-10} {"ours",20} {"Google.Protobuf",24} {"ratio",7} {"bytes to bytes",24} {"ratio",7}");
        Compare(
            "to JSON",
            () => transcoder.WriteJson(Order.Descriptor, encoded, Emptied(output)),
            () => JsonFormatter.Default.Format(order),
            () => Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(Order.Parser.ParseFrom(encoded))));
        Compare(
            "from JSON",
            () => transcoder.WriteMessage(Order.Descriptor, json, Emptied(output)),
            () => JsonParser.Default.Parse<Order>(text),
            () => JsonParser.Default.Parse<Order>(Encoding.UTF8.GetString(json)).ToByteArray());
    }

    private static ArrayBufferWriter<byte> Emptied(ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        return output;
    }

    private static void Compare(string name, params Action[] actions)
    {
        var rounds = actions.Select(_ => new List<(double Microseconds, double Allocated)>()).ToArray();
        for (var i = 0; i <= Rounds; i++)
        {
            for (var j = 0; j < actions.Length; j++)
            {
                // The first round warms up.
                var round = Time(actions[j]);
                if (i > 0)
                    rounds[j].Add(round);
            }
        }

        var (ours, alone, whole) = (Median(rounds[0]), Median(rounds[1]), Median(rounds[2]));
        Console.WriteLine(
            $"{name,-10} {Text(ours),20} {Text(alone),24} {alone.Microseconds / ours.Microseconds,7:N1} " +
            $"{Text(whole),24} {whole.Microseconds / ours.Microseconds,7:N1}");
    }

    private static (double Microseconds, double Allocated) Time(Action action)
    {
        // CPU time, garbage collection included, says the same on a busy machine.
        var (allocated, start) = (GC.GetAllocatedBytesForCurrentThread(), Environment.CpuUsage.TotalTime);
        for (var i = 0; i < Calls; i++)
            action();
        var used = Environment.CpuUsage.TotalTime - start;
        return (used.TotalMicroseconds / Calls, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)Calls);
    }

    private static (double Microseconds, double Allocated) Median(List<(double Microseconds, double Allocated)> rounds)
        => rounds.OrderBy(round => round.Microseconds).ElementAt(rounds.Count / 2);

    private static string Text((double Microseconds, double Allocated) round) => $"{round.Microseconds:N2} µs ({round.Allocated:N0} B)";

    private static Order Sample() => new()
    {
        Id = "order-0192e1c0-5f5a-7c4e-9a8d-0123456789ab",
        Customer = new Order.Types.Customer
        {
            Name = "Ada Lovelace",
            Email = "ada.lovelace@example.com",
            AddressLines = { "12 St James's Square", "London SW1Y 4JH", "United Kingdom" },
        },
        Items =
        {
            Enumerable.Range(1, 9).Select(i => new Order.Types.Item
            {
                Sku = $"SKU-{i:00000}-BLUE",
                Title = $"Analytical engine, part {i}, polished brass",
                Quantity = i,
                PriceCents = 129_900 * i,
                Weight = 1.25 * i,
                WarehouseIds = { 1, 200 * i, 3000 * i },
            }),
        },
        Status = Order.Types.Status.Reserved,
        Created = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddDays(20_000.25)),
        Updated = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddDays(20_001.5).AddMilliseconds(123)),
        Labels = { ["region"] = "eu-west-1", ["channel"] = "web", ["campaign"] = "autumn-2026" },
        Signature = ByteString.CopyFrom([.. Enumerable.Range(0, 64).Select(i => (byte)(i * 37))]),
        Revision = 42,
        Paid = true,
    };
}
