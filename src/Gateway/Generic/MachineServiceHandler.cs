using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Gateway.Binding;
using Gateway.Descriptors;
using Gateway.Security;
using Gateway.Upstream;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Machines.V1;
using Restate.Sdk.Client;
using Rpc;
using Rpc.Json;
using Enum = System.Enum;

namespace Gateway.Generic;

/// <summary>
/// Serves <c>machines.v1.MachineService</c>: the rpcs about an instance as those of any typed service, and the lists and descriptions
/// here.
/// </summary>
internal sealed class MachineServiceHandler(
    MachineCallHandler calls, MachineDirectory machines, InstanceList instances, ICallAuthorizer authorizer, JsonTranscoder transcoder)
{
    private const int DefaultPageSize = 50;
    private const int LargestPageSize = 1000;
    private const int MaxQueries = 10;

    private static readonly EnumDescriptor StatusEnum = ListInstancesRequest.Descriptor.FindFieldByNumber(ListInstancesRequest.StatusFieldNumber).EnumType;

    // What a machine publishes of itself in its service's metadata.
    private const string DefinitionKey = "machines.v1.definition";
    private const string XStateKey = "machines.v1.xstate";
    private const string MermaidKey = "machines.v1.mermaid";

    public RpcService CreateService()
    {
        var descriptor = MachineServiceReflection.Descriptor.Services.Single();
        var service = calls.CreateService(ServiceBinder.BindGeneric(descriptor));
        return service with
        {
            Methods =
            [
                .. service.Methods,
                MachineCallHandler.CreateMethod(descriptor.FindMethodByName("ListMachines"), ListMachinesAsync),
                MachineCallHandler.CreateMethod(descriptor.FindMethodByName("DescribeMachine"), DescribeMachineAsync),
                MachineCallHandler.CreateMethod(descriptor.FindMethodByName("ListInstances"), ListInstancesAsync),
            ],
        };
    }

    private async ValueTask ListMachinesAsync(RpcCall call)
    {
        await call.ReadAsync(ListMachinesRequest.Parser);
        var response = new ListMachinesResponse();
        foreach (var machine in machines.Machines)
        {
            if (await authorizer.IsAllowedAsync(call, new MachineOperation(machine.Name, MachineVerb.Describe, null)))
                response.Machines.Add(InfoOf(machine));
        }

        await call.WriteAsync(response);
    }

    private async ValueTask DescribeMachineAsync(RpcCall call)
    {
        var request = await call.ReadAsync(DescribeMachineRequest.Parser) ?? new DescribeMachineRequest();
        await AuthorizeAsync(call, request.Machine, MachineVerb.Describe);
        var machine = machines.Get(request.Machine, null);
        await call.WriteAsync(new MachineDescription
        {
            Machine = InfoOf(machine),
            Handlers = { machine.Handlers.Where(handler => handler.IsPublic).OrderBy(handler => handler.Name, StringComparer.Ordinal).Select(DescribeHandler) },
            Versions = { await instances.VersionsAsync(machine.Name, call.CancellationToken) },
            DescriptorSet = DescriptorSetOf(machine),
            Xstate = machine.Metadata.TryGetValue(XStateKey, out var xstate) ? TryReadStruct(xstate) : null,
            Mermaid = machine.Metadata.GetValueOrDefault(MermaidKey, ""),
        });
    }

    private async ValueTask ListInstancesAsync(RpcCall call)
    {
        var request = await call.ReadAsync(ListInstancesRequest.Parser) ?? new ListInstancesRequest();
        var after = CheckPage(request);
        await AuthorizeAsync(call, request.Machine, MachineVerb.Snapshot);
        machines.Get(request.Machine, null);

        var size = request.PageSize == 0 ? DefaultPageSize : Math.Min(request.PageSize, LargestPageSize);
        var keys = authorizer.KeysOf(call, request.Machine, MachineVerb.Snapshot);
        var response = new ListInstancesResponse();
        var isFull = false;
        for (var queries = 1; !isFull; queries++)
        {
            // One more than the page holds, to know whether there is another. Where some are left out, many at a time: each query costs the same.
            var limit = 1 + (queries == 1 ? size : LargestPageSize);
            var next = await instances.ReadAsync(request, keys, after, limit, call.CancellationToken);
            foreach (var instance in next)
            {
                if (!await authorizer.IsAllowedAsync(call, new MachineOperation(request.Machine, MachineVerb.Snapshot, instance.Key)))
                    continue;

                isFull = response.Instances.Count == size;
                if (isFull)
                    break;

                response.Instances.Add(instance);
            }

            if (next.Count < limit)
                break;
            if (queries == MaxQueries && response.Instances.Count == 0)
                throw RestateErrors.Refused(StatusCode.ResourceExhausted, "LIMIT_EXCEEDED", "Too many instances come first that the caller may not read; narrow the filters.", request.Machine, null);

            isFull |= queries == MaxQueries;
            after = next[^1].Key;
        }

        // The token says no more than the caller has seen: the key after it may be none of its business.
        if (isFull)
            response.NextPageToken = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(response.Instances[^1].Key));
        await call.WriteAsync(response);
    }

    private async ValueTask AuthorizeAsync(RpcCall call, string machine, MachineVerb verb)
    {
        if (machine.Length == 0)
            throw RestateErrors.InvalidArgument(machine, null, "INVALID_MACHINE", "machine", "must not be empty; it names the machine");
        await authorizer.AuthorizeAsync(call, machine, [verb], null);
    }

    /// <returns>The key to go on after; null to begin.</returns>
    /// <exception cref="RpcException">INVALID_ARGUMENT, naming the field that is wrong.</exception>
    private static string? CheckPage(ListInstancesRequest request)
    {
        if (!Enum.IsDefined(request.Status))
            throw Invalid("INVALID_FILTER", "status", RestateErrors.UnknownValue(StatusEnum, (int)request.Status));
        if (request.PageSize < 0)
            throw Invalid("INVALID_PAGE", "page_size", "must not be negative");
        if (request.PageToken.Length == 0)
            return null;

        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(request.PageToken));
        }
        catch (FormatException)
        {
            throw Invalid("INVALID_PAGE", "page_token", "is not the next_page_token of an answer before");
        }

        RpcException Invalid(string reason, string field, string description) =>
            RestateErrors.InvalidArgument(request.Machine, null, reason, field, description);
    }

    private MachineInfo InfoOf(ServiceInfo machine) => new()
    {
        Name = machine.Name,
        Definition = machine.Metadata.GetValueOrDefault(DefinitionKey, ""),
        Services = { machines.ServicesOf(machine.Name) },
        Documentation = machine.Documentation ?? "",
    };

    private static MachineHandler DescribeHandler(HandlerInfo handler) =>
        new() { Name = handler.Name, Shared = handler.Type == "Shared", Documentation = handler.Documentation ?? "" };

    private static ByteString DescriptorSetOf(ServiceInfo machine)
    {
        try
        {
            return machine.Metadata.TryGetValue(DescriptorSets.MetadataKey, out var published)
                ? UnsafeByteOperations.UnsafeWrap(DescriptorSets.Decode(published))
                : ByteString.Empty;
        }
        catch (InvalidDataException)
        {
            // The catalog has logged it.
            return ByteString.Empty;
        }
    }

    /// <summary>Null when the text is no JSON object: the machine is described without it.</summary>
    private Struct? TryReadStruct(string json)
    {
        var message = new ArrayBufferWriter<byte>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        try
        {
            transcoder.WriteMessage(Struct.Descriptor, ref reader, message);
            return Struct.Parser.ParseFrom(message.WrittenSpan);
        }
        catch (Exception e) when (e is TranscodingException or JsonException)
        {
            return null;
        }
    }
}
