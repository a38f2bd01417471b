namespace Rpc.Tests.Fuzzing;

/// <summary>Small damage to bytes that were right.</summary>
internal static class Mutation
{
    /// <summary>Cuts, doubles, splices or overwrites in one to three places.</summary>
    public static byte[] Apply(Random random, byte[] original, byte[][] splices)
    {
        List<byte> bytes = [.. original];
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var position = random.Next(bytes.Count + 1);
            var length = Math.Min(random.Next(1, 9), bytes.Count - position);
            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveRange(position, length);
                    break;
                case 1:
                    bytes.InsertRange(position, bytes.GetRange(position, length));
                    break;
                case 2:
                    bytes.InsertRange(position, random.Pick(splices));
                    break;
                case 3 when random.Next(4) == 0:
                    bytes.RemoveRange(position, bytes.Count - position);
                    break;
                default:
                    if (position < bytes.Count)
                        bytes[position] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. bytes];
    }

    public static T Pick<T>(this Random random, T[] values) => values[random.Next(values.Length)];
}
