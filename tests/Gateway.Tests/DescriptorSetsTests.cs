using Gateway.Descriptors;
using Google.Protobuf;
using Orders.V1;

namespace Gateway.Tests;

public class DescriptorSetsTests
{
    [Fact]
    public void Files_may_come_in_any_order()
    {
        var set = Orders.SetOf(OrdersReflection.Descriptor);
        Assert.Equal("orders.proto", set.File[0].Name);
        Assert.Equal(set.File.Count, DescriptorSets.Read(set.ToByteArray()).Count);
    }

    [Fact]
    public void A_missing_import_is_named()
    {
        var set = Orders.SetOf(OrdersReflection.Descriptor);
        set.File.Remove(set.File.Single(file => file.Name == "machines/v1/machine.proto"));
        var exception = Assert.Throws<InvalidDataException>(() => DescriptorSets.Read(set.ToByteArray()));
        Assert.Contains("machines/v1/machine.proto", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_set_is_refused() => Assert.Throws<InvalidDataException>(() => DescriptorSets.Read([]));

    [Theory]
    [InlineData("not base64!")]
    [InlineData("AAAA")]
    public void Metadata_that_is_no_descriptor_set_is_refused(string metadata) =>
        Assert.Throws<InvalidDataException>(() => DescriptorSets.ReadMetadata(metadata));
}
