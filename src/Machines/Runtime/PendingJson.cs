using System.Text.Json.Serialization;

namespace Machines.Runtime;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<PendingTimer>))]
[JsonSerializable(typeof(List<PendingPromise>))]
[JsonSerializable(typeof(List<Waiter>))]
internal sealed partial class PendingJson : JsonSerializerContext;
