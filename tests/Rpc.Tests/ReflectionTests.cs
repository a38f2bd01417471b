using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;
using Microsoft.Extensions.DependencyInjection;
using Rpc.Tests.Protos;
using Rpc.Tests.Support;

namespace Rpc.Tests;

/// <summary>Server reflection (gRPC's doc/server-reflection.md), in both versions, over a registry that changes.</summary>
public sealed class ReflectionTests
{
    private const string Library = "rpc/tests/v1/library.proto";
    private const string Shelf = "rpc/tests/v1/shelf.proto";
    private const string Timestamp = "google/protobuf/timestamp.proto";

    [Theory]
    [InlineData("v1")]
    [InlineData("v1alpha")]
    public async Task Services_are_listed_with_the_librarys_own(string version)
    {
        await using var server = await StartAsync();

        var response = await AskAsync(server, new ServerReflectionRequest { Host = "h", ListServices = "*" }, version);

        Assert.Equal(
            ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "rpc.tests.v1.Library"],
            response.ListServicesResponse.Service.Select(service => service.Name));
        Assert.Equal("h", response.ValidHost);
        Assert.Equal("*", response.OriginalRequest.ListServices);
    }

    [Theory]
    [InlineData(Library, new[] { Library, Timestamp, Shelf })]
    [InlineData(Shelf, new[] { Shelf })]
    [InlineData(Timestamp, new[] { Timestamp })]
    [InlineData("grpc/health/v1/health.proto", new[] { "grpc/health/v1/health.proto" })]
    [InlineData("grpc/reflection/v1alpha/reflection.proto", new[] { "grpc/reflection/v1alpha/reflection.proto" })]
    public async Task A_file_comes_with_everything_it_imports(string name, string[] expected)
    {
        await using var server = await StartAsync();

        var response = await AskAsync(server, new ServerReflectionRequest { FileByFilename = name });

        Assert.Equal(expected, FilesIn(response));
    }

    [Theory]
    [InlineData("rpc.tests.v1.Library", Library)]
    [InlineData("rpc.tests.v1.Library.GetBook", Library)]
    [InlineData("rpc.tests.v1.Book", Library)]
    [InlineData("rpc.tests.v1.Book.name", Library)]
    [InlineData("rpc.tests.v1.Book.owner", Library)]
    [InlineData("rpc.tests.v1.Book.Chapter", Library)]
    [InlineData("rpc.tests.v1.Book.Chapter.title", Library)]
    [InlineData("rpc.tests.v1.Book.Cover", Library)]
    [InlineData("rpc.tests.v1.Book.COVER_HARD", Library)]
    [InlineData("rpc.tests.v1.colour", Shelf)]
    [InlineData("rpc.tests.v1.Shelf.height", Shelf)]
    [InlineData("google.protobuf.Timestamp", Timestamp)]
    [InlineData("grpc.health.v1.HealthCheckResponse.ServingStatus", "grpc/health/v1/health.proto")]
    public async Task A_symbol_leads_to_its_file(string symbol, string file)
    {
        await using var server = await StartAsync();

        var response = await AskAsync(server, new ServerReflectionRequest { FileContainingSymbol = symbol });

        Assert.Equal(file, FilesIn(response).First());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(101)]
    public async Task An_extension_leads_to_its_file(int number)
    {
        await using var server = await StartAsync();
        var extension = new ExtensionRequest { ContainingType = "rpc.tests.v1.Shelf", ExtensionNumber = number };

        var response = await AskAsync(server, new ServerReflectionRequest { FileContainingExtension = extension });

        Assert.Equal([Shelf], FilesIn(response));
    }

    [Theory]
    [InlineData("rpc.tests.v1.Shelf", new[] { 100, 101 })]
    [InlineData("rpc.tests.v1.Book", new int[0])]
    public async Task The_extensions_of_a_type_are_numbered(string type, int[] numbers)
    {
        await using var server = await StartAsync();

        var response = await AskAsync(server, new ServerReflectionRequest { AllExtensionNumbersOfType = type });

        Assert.Equal(type, response.AllExtensionNumbersResponse.BaseTypeName);
        Assert.Equal(numbers, response.AllExtensionNumbersResponse.ExtensionNumber);
    }

    [Fact]
    public async Task What_is_not_known_is_NOT_FOUND_and_the_stream_goes_on()
    {
        await using var server = await StartAsync();
        ServerReflectionRequest[] requests =
        [
            new() { FileByFilename = "nope.proto" },
            new() { FileContainingSymbol = "no.Such" },
            new() { FileContainingExtension = new ExtensionRequest { ContainingType = "rpc.tests.v1.Shelf", ExtensionNumber = 102 } },
            new() { AllExtensionNumbersOfType = "no.Such" },
        ];

        var responses = await AskAsync(server, requests);

        Assert.All(responses, response => Assert.Equal((int)StatusCode.NotFound, response.ErrorResponse.ErrorCode));
        Assert.Contains("nope.proto", responses[0].ErrorResponse.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_request_is_INVALID_ARGUMENT()
    {
        await using var server = await StartAsync();

        var response = await AskAsync(server, new ServerReflectionRequest());

        Assert.Equal((int)StatusCode.InvalidArgument, response.ErrorResponse.ErrorCode);
    }

    [Fact]
    public async Task Imports_are_sent_once_in_a_stream_and_a_file_whenever_it_is_asked_for()
    {
        await using var server = await StartAsync();
        var request = new ServerReflectionRequest { FileByFilename = Library };

        var responses = await AskAsync(server, [request, request, new ServerReflectionRequest { FileByFilename = Shelf }]);

        Assert.Equal([Library, Timestamp, Shelf], FilesIn(responses[0]));
        Assert.Equal([Library], FilesIn(responses[1]));
        Assert.Equal([Shelf], FilesIn(responses[2]));
    }

    [Fact]
    public async Task Services_that_come_and_go_are_seen_by_a_stream_that_is_open()
    {
        await using var server = await StartAsync();
        using var client = new GrpcTestClient(server);
        var call = client.Start("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
        var request = Frames.Frame(new ServerReflectionRequest { FileContainingSymbol = "grpc.testing.TestService" }.ToByteArray());

        await call.WriteAsync(request);
        Assert.NotNull((await NextAsync()).ErrorResponse);
        server.Registry.Replace([new RpcService("grpc.testing.TestService", [], Grpc.Testing.TestReflection.Descriptor)]);
        await call.WriteAsync(request);
        Assert.Equal(["grpc/testing/test.proto"], FilesIn(await NextAsync()));
        server.Registry.Replace([]);
        await call.WriteAsync(request);
        Assert.NotNull((await NextAsync()).ErrorResponse);
        await call.CompleteAsync();
        Assert.Equal(StatusCode.OK, (await call.FinishAsync()).Status);

        async Task<ServerReflectionResponse> NextAsync() => ServerReflectionResponse.Parser.ParseFrom((await call.ReadBytesAsync())!);
    }

    [Fact]
    public async Task Services_of_different_files_of_one_name_are_each_described()
    {
        await using var server = await StartAsync();
        FileDescriptor[] files = [FileOf("one"), FileOf("two")];
        server.Registry.Replace(files.Select(file => new RpcService(file.Services.Single().FullName, [], file)));

        var responses = await AskAsync(server, [new() { FileContainingSymbol = "one.Service" }, new() { FileContainingSymbol = "two.Service" }, new() { FileByFilename = "service.proto" }]);

        Assert.Equal(files[0].SerializedData, Assert.Single(responses[0].FileDescriptorResponse.FileDescriptorProto));
        Assert.Equal(files[1].SerializedData, Assert.Single(responses[1].FileDescriptorResponse.FileDescriptorProto));
        Assert.Equal(files[0].SerializedData, Assert.Single(responses[2].FileDescriptorResponse.FileDescriptorProto));

        static FileDescriptor FileOf(string package) => FileDescriptor.BuildFromByteStrings(
            [new FileDescriptorProto { Name = "service.proto", Package = package, Service = { new ServiceDescriptorProto { Name = "Service" } } }.ToByteString()]).Single();
    }

    private static async Task<RpcTestServer> StartAsync()
    {
        var server = await RpcTestServer.StartAsync(services => services.AddRpcReflection().AddRpcHealth(), null, []);
        server.Registry.Replace([new RpcService("rpc.tests.v1.Library", [], LibraryReflection.Descriptor)]);
        return server;
    }

    private static async Task<ServerReflectionResponse> AskAsync(RpcTestServer server, ServerReflectionRequest request, string version = "v1")
        => Assert.Single(await AskAsync(server, [request], version));

    private static async Task<List<ServerReflectionResponse>> AskAsync(RpcTestServer server, ServerReflectionRequest[] requests, string version = "v1")
    {
        using var client = new GrpcTestClient(server);
        var response = await client.CallAsync(
            $"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            [.. requests.SelectMany(request => Frames.Frame(request.ToByteArray()))]);
        Assert.Equal(StatusCode.OK, response.Status);
        return [.. response.Messages.Select(message => ServerReflectionResponse.Parser.ParseFrom(message.Payload))];
    }

    private static IEnumerable<string> FilesIn(ServerReflectionResponse response)
        => response.FileDescriptorResponse.FileDescriptorProto.Select(bytes => FileDescriptorProto.Parser.ParseFrom(bytes).Name);
}
