using Gateway.Binding;
using Gateway.Descriptors;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Orders.V1;

namespace Gateway.Tests;

/// <summary>The services of orders.proto, bound as the gateway binds them: from serialized descriptors.</summary>
internal static class Orders
{
    public static readonly List<BindingProblem> Problems = [];

    public static readonly IReadOnlyList<MachineService> Services = ServiceBinder.Bind(Read(OrdersReflection.Descriptor), Problems);

    public static MachineMethod Method(string name) =>
        Services.Single(service => service.Descriptor.Name == "OrderService").Methods.Single(method => method.Method.Name == name);

    public static IReadOnlyList<FileDescriptor> Read(FileDescriptor file) => DescriptorSets.Read(SetOf(file).ToByteArray());

    public static FileDescriptorSet SetOf(FileDescriptor file)
    {
        var set = new FileDescriptorSet();
        Add(file);
        return set;

        void Add(FileDescriptor added)
        {
            if (set.File.All(known => known.Name != added.Name))
            {
                set.File.Add(FileDescriptorProto.Parser.ParseFrom(added.SerializedData));
                foreach (var dependency in added.Dependencies)
                    Add(dependency);
            }
        }
    }
}
