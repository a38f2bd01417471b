using System.Runtime.CompilerServices;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace Rpc.Json;

/// <summary>What transcoding needs to know of an enum.</summary>
internal sealed class EnumPlan
{
    private static readonly ConditionalWeakTable<EnumDescriptor, EnumPlan> Plans = [];

    private readonly Dictionary<int, JsonEncodedText> _names = [];
    private readonly Utf8Names<int> _numbers = new();

    private EnumPlan(EnumDescriptor descriptor)
    {
        FullName = descriptor.FullName;
        IsNullValue = descriptor.FullName == "google.protobuf.NullValue";
        foreach (var value in descriptor.Values)
        {
            // Of several names for one number the first is written.
            _names.TryAdd(value.Number, JsonEncodedText.Encode(value.Name));
            _numbers.Add(value.Name, value.Number);
        }
    }

    public string FullName { get; }

    /// <summary>Whether this is the enum that stands for JSON's null.</summary>
    public bool IsNullValue { get; }

    public static EnumPlan Of(EnumDescriptor descriptor) => Plans.GetValue(descriptor, static key => new EnumPlan(key));

    public bool TryGetName(int number, out JsonEncodedText name) => _names.TryGetValue(number, out name);

    public bool TryGetNumber(ReadOnlySpan<byte> name, out int number) => _numbers.TryGetValue(name, out number);
}
