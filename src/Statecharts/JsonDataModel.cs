using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Statecharts;

/// <summary>Data as System.Text.Json sees it: records, classes, <see cref="JsonNode"/> and plain values.</summary>
/// <remarks>
/// A class whose fields cannot be changed from within is copied field by field, any other by way of JSON; one that
/// implements <see cref="ICloneable"/> copies itself.
/// </remarks>
public class JsonDataModel : DataModel
{
    private static readonly Func<object, object> s_copyFields =
        typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!
            .CreateDelegate<Func<object, object>>();

    private readonly JsonSerializerOptions _options;
    private readonly ConcurrentDictionary<Type, bool> _isShallow = new();
    private readonly ConcurrentDictionary<Type, Type> _writtenAs = new();

    /// <summary>Uses these options; by default <see cref="JsonSerializerOptions.Web"/>.</summary>
    public JsonDataModel(JsonSerializerOptions? options = null) => _options = options ?? JsonSerializerOptions.Web;

    /// <summary>The model with the default options.</summary>
    public static JsonDataModel Default { get; } = new();

    /// <inheritdoc/>
    public override object? Clone(object? value) => value switch
    {
        null or string or JsonElement => value,
        JsonNode node => node.DeepClone(),
        ICloneable cloneable => cloneable.Clone(),
        _ when value.GetType().IsValueType => value,
        _ when _isShallow.GetOrAdd(value.GetType(), HasOnlyImmutableFields) => s_copyFields(value),
        _ => JsonSerializer.SerializeToElement(value, value.GetType(), _options).Deserialize(value.GetType(), _options),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, object? value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        JsonSerializer.Serialize(writer, value, value is null ? typeof(object) : _writtenAs.GetOrAdd(value.GetType(), WrittenAs), _options);
    }

    /// <inheritdoc/>
    public override object? Read(JsonElement json, Type? type)
    {
        try
        {
            return type is null ? ToNode(json) : json.Deserialize(type, _options);
        }
        catch (JsonException exception)
        {
            throw new JsonFormatException(FieldPath(exception), $"does not fit {type?.Name}.", exception);
        }
        catch (Exception exception)
        {
            // Thrown by the type's own code, such as a constructor that checks its arguments.
            throw new JsonFormatException("", $"does not fit {type?.Name}: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public override void WriteEvent(Utf8JsonWriter writer, Event @event)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(@event);
        writer.WriteStartObject();
        writer.WriteString("type", @event.Type);
        if (@event.Data is { } data && JsonSerializer.SerializeToNode(data, data.GetType(), _options) is { } node)
        {
            if (node is not JsonObject fields)
                throw new InvalidOperationException($"The event '{@event.Type}' carries {data.GetType().Name}, which is no object in JSON: give it an object with fields.");

            foreach (var (name, value) in fields)
            {
                if (name == "type")
                    continue;
                writer.WritePropertyName(name);
                if (value is null)
                    writer.WriteNullValue();
                else
                    value.WriteTo(writer, _options);
            }
        }
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public override Event ReadEvent(string type, JsonElement json, Type? dataType)
    {
        if (dataType is not null)
            return new Event(type, Read(json, dataType));
        var fields = new JsonObject();
        foreach (var property in json.EnumerateObject())
        {
            if (property.Name != "type")
                fields[property.Name] = ToNode(property.Value);
        }
        return new Event(type, fields.Count > 0 ? fields : null);
    }

    /// <inheritdoc/>
    public override string? ProblemOfData(Type type) => FindProblem(type, []);

    /// <inheritdoc/>
    internal override string? ProblemOfEvent(Type type) =>
        Array.Find(type.GetProperties(), property => property.CanWrite && NameOf(property) == "type") is { } property
            ? $"{type.Name}.{property.Name} is 'type' in JSON, which is where the event's own type goes: rename it"
            : ProblemOfData(type);

    /// <summary>
    /// A type of which System.Text.Json makes no values, or a property that holds a value which it does not set; one that is computed need
    /// not be read.
    /// </summary>
    private string? FindProblem(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type))
            return null;

        JsonTypeInfo json;
        try
        {
            _options.MakeReadOnly(populateMissingResolver: true);
            json = _options.GetTypeInfo(type);
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException)
        {
            // The first value says so, and more clearly.
            return null;
        }

        if (json is { Kind: JsonTypeInfoKind.Object, PolymorphismOptions: null } && type.IsAbstract)
            return $"{type.Name} is abstract, and its JSON does not tell which type to make of it: name them with JsonDerivedType";

        foreach (var property in json.Properties)
        {
            if (property is { Get: not null, Set: null, AssociatedParameter: null, AttributeProvider: PropertyInfo unread } && IsUnread(property, unread))
                return $"{unread.DeclaringType!.Name}.{unread.Name} is written as JSON but never read: give it a setter, such as init";
        }

        return json.Properties.Where(IsRead).Select(property => property.PropertyType).Append(json.ElementType)
            .Select(inner => inner is null ? null : FindProblem(inner, seen))
            .FirstOrDefault(found => found is not null);

        bool IsRead(JsonPropertyInfo property) => property.Set is not null || property.AssociatedParameter is not null || IsPopulated(property);

        bool IsUnread(JsonPropertyInfo property, PropertyInfo unread) =>
            !IsPopulated(property) && unread.GetMethod!.IsDefined(typeof(CompilerGeneratedAttribute));

        bool IsPopulated(JsonPropertyInfo property) =>
            (property.ObjectCreationHandling ?? _options.PreferredObjectCreationHandling) == JsonObjectCreationHandling.Populate;
    }

    /// <summary>One of the types that another names with <see cref="JsonDerivedTypeAttribute"/> is written as that one, so that it can be read as it.</summary>
    private static Type WrittenAs(Type type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (Names(current))
                return current;
        }

        return Array.Find(type.GetInterfaces(), Names) ?? type;

        bool Names(Type candidate) =>
            candidate.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false).Any(derived => derived.DerivedType == type);
    }

    private string? NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonIgnoreAttribute>() is { Condition: JsonIgnoreCondition.Always } ? null
        : property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? _options.PropertyNamingPolicy?.ConvertName(property.Name) ?? property.Name;

    private static JsonNode? ToNode(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.Object => JsonObject.Create(json.Clone()),
        JsonValueKind.Array => JsonArray.Create(json.Clone()),
        _ => JsonValue.Create(json.Clone()),
    };

    private static string FieldPath(JsonException exception) =>
        exception.Path is { Length: > 1 } path ? path.TrimStart('$').TrimStart('.') : "";

    /// <summary>A copy of the fields is a copy of the object when nothing can be changed through them.</summary>
    private static bool HasOnlyImmutableFields(Type type)
    {
        for (var current = type; current is not null && current != typeof(object); current = current.BaseType)
        {
            const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
            foreach (var field in current.GetFields(Fields))
            {
                if (!IsImmutable(field.FieldType))
                    return false;
            }
        }
        return true;
    }

    private static bool IsImmutable(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal) || type == typeof(DateTime)
        || type == typeof(DateTimeOffset) || type == typeof(TimeSpan) || type == typeof(Guid) || type == typeof(DateOnly)
        || type == typeof(TimeOnly) || type == typeof(Uri) || type == typeof(JsonElement)
        || (Nullable.GetUnderlyingType(type) is { } inner && IsImmutable(inner));
}
