using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.Reflection;

namespace Rpc.Reflection;

/// <summary>The files behind a set of services, found by what they declare.</summary>
internal sealed class DescriptorIndex
{
    private readonly HashSet<FileDescriptor> _seen = [];
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> _extensions = new(StringComparer.Ordinal);

    public DescriptorIndex(IEnumerable<RpcService> services)
    {
        // Where files of the same name, or declarations of the same symbol, differ, those of the first service count. What else a file of a
        // name that is taken declares is found by its symbol.
        foreach (var service in services)
        {
            if (service.Descriptor is not null)
                AddFile(service.Descriptor);
        }
    }

    public bool TryFindFile(string name, [NotNullWhen(true)] out FileDescriptor? file) => _files.TryGetValue(name, out file);

    public bool TryFindSymbol(string fullName, [NotNullWhen(true)] out FileDescriptor? file) => _symbols.TryGetValue(fullName, out file);

    public bool TryFindExtension(string extendee, int number, [NotNullWhen(true)] out FileDescriptor? file)
    {
        file = null;
        return _extensions.TryGetValue(extendee, out var numbers) && numbers.TryGetValue(number, out file);
    }

    /// <summary>The numbers of a message's extensions, in order; null if there is no such message.</summary>
    public IReadOnlyCollection<int>? ExtensionNumbers(string extendee)
    {
        if (_extensions.TryGetValue(extendee, out var numbers))
            return numbers.Keys;

        return _symbols.ContainsKey(extendee) ? [] : null;
    }

    private void AddFile(FileDescriptor file)
    {
        if (!_seen.Add(file))
            return;

        _files.TryAdd(file.Name, file);
        var declared = file.ToProto();
        foreach (var message in declared.MessageType)
            AddMessage(file, declared.Package, message);
        foreach (var enumeration in declared.EnumType)
            AddEnum(file, declared.Package, enumeration);
        foreach (var extension in declared.Extension)
            AddExtension(file, declared.Package, extension);
        foreach (var service in declared.Service)
        {
            var name = AddSymbol(file, declared.Package, service.Name);
            foreach (var method in service.Method)
                AddSymbol(file, name, method.Name);
        }

        foreach (var dependency in file.Dependencies)
            AddFile(dependency);
    }

    private void AddMessage(FileDescriptor file, string scope, DescriptorProto message)
    {
        var name = AddSymbol(file, scope, message.Name);
        foreach (var field in message.Field)
            AddSymbol(file, name, field.Name);
        foreach (var oneof in message.OneofDecl)
            AddSymbol(file, name, oneof.Name);
        foreach (var nested in message.NestedType)
            AddMessage(file, name, nested);
        foreach (var enumeration in message.EnumType)
            AddEnum(file, name, enumeration);
        foreach (var extension in message.Extension)
            AddExtension(file, name, extension);
    }

    /// <summary>An enum's values are siblings of the enum, as in C++.</summary>
    private void AddEnum(FileDescriptor file, string scope, EnumDescriptorProto enumeration)
    {
        AddSymbol(file, scope, enumeration.Name);
        foreach (var value in enumeration.Value)
            AddSymbol(file, scope, value.Name);
    }

    private void AddExtension(FileDescriptor file, string scope, FieldDescriptorProto extension)
    {
        AddSymbol(file, scope, extension.Name);
        var extendee = extension.Extendee.TrimStart('.');
        if (!_extensions.TryGetValue(extendee, out var numbers))
            _extensions[extendee] = numbers = [];
        numbers.TryAdd(extension.Number, file);
    }

    private string AddSymbol(FileDescriptor file, string scope, string name)
    {
        var fullName = scope.Length == 0 ? name : $"{scope}.{name}";
        _symbols.TryAdd(fullName, file);
        return fullName;
    }
}
