using Conformance.Protos;
using Conformance.Service;
using Conformance.Suites;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Conformance;

/// <summary>A way over the wire: every case is run on each that is relevant to its suite.</summary>
internal sealed record Permutation(Protocol Protocol, HTTPVersion Version, bool Tls, Codec Codec, Compression Compression)
{
    /// <summary>All that the server speaks.</summary>
    private static readonly Permutation[] All =
    [
        .. from wire in new[]
           {
               (Protocol.Connect, HTTPVersion._1), (Protocol.Connect, HTTPVersion._2), (Protocol.Grpc, HTTPVersion._2),
               (Protocol.GrpcWeb, HTTPVersion._1), (Protocol.GrpcWeb, HTTPVersion._2),
           }
           from tls in new[] { false, true }
           from codec in new[] { Codec.Proto, Codec.Json }
           from compression in new[] { Compression.Identity, Compression.Gzip }
           select new Permutation(wire.Item1, wire.Item2, tls, codec, compression),
    ];

    public static IEnumerable<Permutation> Of(TestSuite suite) => All.Where(permutation =>
        (suite.RelevantProtocols.Count == 0 || suite.RelevantProtocols.Contains(permutation.Protocol))
        && (suite.RelevantHttpVersions.Count == 0 || suite.RelevantHttpVersions.Contains(permutation.Version))
        && (suite.RelevantCodecs.Count == 0 || suite.RelevantCodecs.Contains(permutation.Codec))
        && (suite.RelevantCompressions.Count == 0 || suite.RelevantCompressions.Contains(permutation.Compression)));

    /// <summary>The suite's cases on this wire, complete with what to expect. Over HTTP/1.1 nothing streams both ways.</summary>
    public IEnumerable<TestCase> Cases(TestSuite suite) => suite.TestCases.Where(test => Version != HTTPVersion._1 || !StreamsBothWays(test)).Select(Apply);

    private static bool StreamsBothWays(TestCase test) => test.Request.StreamType is StreamType.FullDuplexBidiStream or StreamType.HalfDuplexBidiStream;

    private static void Expand(TestCase test)
    {
        foreach (var (index, size) in test.ExpandRequests.Select(expansion => expansion.SizeRelativeToLimit).Index())
            test.Request.RequestMessages[index] = Pad(test.Request.RequestMessages[index], ConformanceServer.MessageLimit + size);
    }

    /// <summary>Fills the request's data with zeros until the message has that size.</summary>
    private static Any Pad(Any message, int size)
    {
        var request = Client.Json.Unpack(message);
        var field = request.Descriptor.FindFieldByName("request_data");
        while (request.CalculateSize() != size)
        {
            var data = (ByteString)field.Accessor.GetValue(request);
            var padded = new byte[data.Length + size - request.CalculateSize()];
            data.Span[..Math.Min(data.Length, padded.Length)].CopyTo(padded);
            field.Accessor.SetValue(request, ByteString.CopyFrom(padded));
        }

        return Any.Pack(request);
    }

    private TestCase Apply(TestCase test)
    {
        test = test.Clone();
        var request = test.Request;
        request.Protocol = Protocol;
        request.HttpVersion = Version;
        request.Codec = Codec;
        request.Compression = Compression;
        if (!request.HasMethod)
        {
            request.Service = ConformanceService.FullName;
            request.Method = new Kind("", request.StreamType).Method;
        }

        Expand(test);
        test.ExpectedResponse ??= ExpectedResponse.Compute(request);
        return test;
    }
}
