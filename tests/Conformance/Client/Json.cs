using System.Text;
using Conformance.Protos;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Conformance.Client;

/// <summary>JSON by Google.Protobuf, which owes nothing to the code under test.</summary>
internal static class Json
{
    private static readonly TypeRegistry Types = TypeRegistry.FromFiles(ConformanceReflection.Descriptor);
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(Types));
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(Types));

    public static byte[] Write(IMessage message) => Encoding.UTF8.GetBytes(Formatter.Format(message));

    public static T Read<T>(string json)
        where T : IMessage, new() => Parser.Parse<T>(json);

    public static IMessage Unpack(Any any) => Find(Any.GetTypeName(any.TypeUrl))!.Parser.ParseFrom(any.Value);

    /// <summary>The type of that name, or null if it is none of the suites'.</summary>
    public static MessageDescriptor? Find(string typeName) => Types.Find(typeName);

    public static IMessage Read(string json, MessageDescriptor type) => Parser.Parse(json, type);
}
