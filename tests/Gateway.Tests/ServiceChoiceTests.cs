using Auth.V1;
using Gateway.Binding;
using Gateway.Descriptors;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Gateway.Tests;

public class ServiceChoiceTests
{
    private const string Service = "auth.v1.AuthService";

    private static readonly FileDescriptorSet First = Orders.SetOf(AuthReflection.Descriptor);
    private static readonly FileDescriptorSet Second = Without("Send");

    [Theory]
    [InlineData("auth", "order")]
    [InlineData("auth", null)]
    [InlineData("order", null)]
    public void A_machine_speaks_for_itself_and_another_machine_before_a_file(string? better, string? worse)
    {
        foreach (var sources in new[] { new[] { Source(better, First), Source(worse, Second) }, [Source(worse, Second), Source(better, First)] })
        {
            var (services, problems) = Choose(sources);
            Assert.Contains("Send", Assert.Single(services).Methods.Select(method => method.Method.Name));
            Assert.Equal(
                $"auth/v1/auth.proto: {Service}: {worse ?? "a file"} describes it otherwise than {better}, whose description is served; bring the two in step",
                Assert.Single(problems).ToString());
        }
    }

    [Fact]
    public void The_same_said_twice_is_no_problem()
    {
        var commented = First.Clone();
        commented.File[0].SourceCodeInfo = new SourceCodeInfo { Location = { new SourceCodeInfo.Types.Location { LeadingComments = "says more" } } };
        var (services, problems) = Choose(Source("auth", First), Source("order", First), Source(null, commented));
        Assert.Single(services);
        Assert.Empty(problems);
    }

    [Fact]
    public void A_name_of_the_gateways_own_is_reported_and_left_out()
    {
        var problems = new List<BindingProblem>();
        Assert.Empty(ServiceChoice.Of([Source("auth", First)], new HashSet<string> { Service }, problems));
        Assert.Equal($"auth/v1/auth.proto: {Service}: is a name of the gateway's own; give the service another, or its package", Assert.Single(problems).ToString());
    }

    private static (IReadOnlyList<MachineService> Services, List<BindingProblem> Problems) Choose(params DescriptorSource[] sources)
    {
        var problems = new List<BindingProblem>();
        return (ServiceChoice.Of(sources, new HashSet<string>(), problems), problems);
    }

    private static DescriptorSource Source(string? machine, FileDescriptorSet set) => new(machine ?? "a file", machine, DescriptorSets.Read(set.ToByteArray()));

    private static FileDescriptorSet Without(string method)
    {
        var set = First.Clone();
        var methods = set.File[0].Service.Single(service => service.Name == "AuthService").Method;
        methods.Remove(methods.Single(candidate => candidate.Name == method));
        return set;
    }
}
