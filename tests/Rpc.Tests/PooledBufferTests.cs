using System.Buffers;
using Rpc.Internal.Framing;

namespace Rpc.Tests;

public sealed class PooledBufferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(5_000)]
    [InlineData(70_000)]
    public void What_is_written_is_read_back_whatever_the_sizes(int pieceSize)
    {
        using var buffer = new PooledBuffer();
        var expected = new byte[200_000];
        new Random(pieceSize).NextBytes(expected);

        for (var round = 0; round < 3; round++)
        {
            buffer.Clear();
            Assert.Equal(0, buffer.WrittenCount);
            Assert.True(buffer.Written.IsEmpty);
            foreach (var piece in expected.Chunk(pieceSize))
            {
                piece.CopyTo(buffer.GetMemory(pieceSize));
                buffer.Advance(piece.Length);
            }

            Assert.Equal(expected.Length, buffer.WrittenCount);
            Assert.Equal(expected, buffer.Written.ToArray());
            Assert.Equal(expected, buffer.Written.ToArray());
        }
    }

    [Fact]
    public void Reading_in_between_does_not_disturb_writing()
    {
        using var buffer = new PooledBuffer();
        var expected = new List<byte>();
        for (var i = 0; i < 300; i++)
        {
            var piece = Enumerable.Repeat((byte)i, 1 + (i * 37 % 2_000)).ToArray();
            buffer.Write(piece);
            expected.AddRange(piece);
            Assert.Equal(expected.Count, buffer.Written.Length);
        }

        Assert.Equal(expected, buffer.Written.ToArray());
    }

    [Fact]
    public void More_cannot_be_taken_than_was_offered()
    {
        using var buffer = new PooledBuffer();
        var offered = buffer.GetSpan().Length;

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(offered + 1));
    }
}
