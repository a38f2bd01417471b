using Google.Protobuf.Reflection;
using Machines.V1;

namespace Gateway.Binding;

/// <summary>The values of a machine's state enum by the state that each stands for.</summary>
internal sealed class StateEnum
{
    private readonly Dictionary<string, int> _numbers;

    private StateEnum(Dictionary<string, int> numbers) => _numbers = numbers;

    public static StateEnum Of(EnumDescriptor descriptor)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var value in descriptor.Values)
        {
            var annotated = value.GetOptions()?.GetExtension(AnnotationsExtensions.State) ?? "";
            numbers.TryAdd(annotated.Length > 0 ? annotated : ProtoNames.State(descriptor.Name, value.Name), value.Number);
        }

        return new StateEnum(numbers);
    }

    /// <summary>The value for the state at a dotted path: that of the whole path, else that of its last segment.</summary>
    public bool TryGetNumber(string path, out int number) =>
        _numbers.TryGetValue(path, out number) || _numbers.TryGetValue(path[(path.LastIndexOf('.') + 1)..], out number);
}
