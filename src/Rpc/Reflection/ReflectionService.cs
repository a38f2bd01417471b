using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;
using Rpc.Internal;

namespace Rpc.Reflection;

/// <summary>
/// Server reflection over what the registry holds at the time of each request. Its two versions have the same messages under
/// different names, so one implementation serves both.
/// </summary>
internal sealed class ReflectionService : IPermanentService
{
    private RpcServiceRegistry? _registry;
    private Snapshot? _snapshot;

    public IEnumerable<RpcService> Create(RpcServiceRegistry registry)
    {
        _registry = registry;
        var method = new RpcMethod("ServerReflectionInfo", RpcMethodType.DuplexStreaming, AnswerAsync);
        yield return new RpcService("grpc.reflection.v1.ServerReflection", [method], ReflectionReflection.Descriptor);
        yield return new RpcService("grpc.reflection.v1alpha.ServerReflection", [method], Grpc.Reflection.V1Alpha.ReflectionReflection.Descriptor);
    }

    private async ValueTask AnswerAsync(RpcCall call)
    {
        var sent = new HashSet<FileDescriptor>();
        while (await call.ReadAsync(ServerReflectionRequest.Parser) is { } request)
            await call.WriteAsync(Answer(request, Current(), sent));
    }

    private Snapshot Current()
    {
        var services = _registry!.Services;
        if (_snapshot is { } current && ReferenceEquals(current.Services, services))
            return current;

        return _snapshot = new Snapshot(services, new DescriptorIndex(services));
    }

    private static ServerReflectionResponse Answer(ServerReflectionRequest request, Snapshot snapshot, HashSet<FileDescriptor> sent)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename:
                snapshot.Index.TryFindFile(request.FileByFilename, out var file);
                AnswerFile(response, file, sent, $"File '{request.FileByFilename}' is not known.");
                break;

            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol:
                snapshot.Index.TryFindSymbol(request.FileContainingSymbol, out file);
                AnswerFile(response, file, sent, $"Symbol '{request.FileContainingSymbol}' is not known.");
                break;

            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension:
                var extension = request.FileContainingExtension;
                snapshot.Index.TryFindExtension(extension.ContainingType, extension.ExtensionNumber, out file);
                AnswerFile(response, file, sent, $"Extension {extension.ExtensionNumber} of '{extension.ContainingType}' is not known.");
                break;

            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType:
                AnswerExtensionNumbers(response, request.AllExtensionNumbersOfType, snapshot.Index);
                break;

            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                response.ListServicesResponse = new ListServiceResponse
                {
                    Service = { snapshot.Services.Select(service => service.FullName).Order(StringComparer.Ordinal).Select(name => new ServiceResponse { Name = name }) },
                };
                break;

            default:
                AnswerError(response, StatusCode.InvalidArgument, "The request asks for nothing: set one of message_request.");
                break;
        }

        return response;
    }

    private static void AnswerFile(ServerReflectionResponse response, FileDescriptor? file, HashSet<FileDescriptor> sent, string error)
    {
        if (file is null)
        {
            AnswerError(response, StatusCode.NotFound, error);
            return;
        }

        response.FileDescriptorResponse = new FileDescriptorResponse { FileDescriptorProto = { file.SerializedData } };
        sent.Add(file);
        AddDependencies(file);

        // What this stream has carried already need not be sent again.
        void AddDependencies(FileDescriptor importing)
        {
            foreach (var dependency in importing.Dependencies.Where(sent.Add))
            {
                response.FileDescriptorResponse.FileDescriptorProto.Add(dependency.SerializedData);
                AddDependencies(dependency);
            }
        }
    }

    private static void AnswerExtensionNumbers(ServerReflectionResponse response, string type, DescriptorIndex index)
    {
        if (index.ExtensionNumbers(type) is { } numbers)
            response.AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = type, ExtensionNumber = { numbers } };
        else
            AnswerError(response, StatusCode.NotFound, $"Type '{type}' is not known.");
    }

    private static void AnswerError(ServerReflectionResponse response, StatusCode code, string message)
        => response.ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message };

    private sealed record Snapshot(IReadOnlyList<RpcService> Services, DescriptorIndex Index);
}
