using Google.Protobuf.Reflection;

namespace Rpc.Json;

/// <summary>The types that google.protobuf.Any names by URL.</summary>
internal static class AnyTypes
{
    /// <param name="resolver">Finds a type by its full name.</param>
    /// <param name="typeUrl">Anything, a slash, and the type's full name.</param>
    public static MessagePlan Resolve(Func<string, MessageDescriptor?> resolver, string typeUrl)
    {
        var slash = typeUrl.LastIndexOf('/');
        if (slash < 0 || slash == typeUrl.Length - 1)
            throw new TranscodingException("@type", $"\"{typeUrl}\" is not a type URL such as type.googleapis.com/order.v1.Order");
        var descriptor = resolver(typeUrl[(slash + 1)..])
            ?? throw new TranscodingException("@type", $"the type of \"{typeUrl}\" is not known");
        return MessagePlan.Of(descriptor);
    }
}
