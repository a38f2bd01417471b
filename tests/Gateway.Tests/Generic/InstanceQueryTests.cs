using Gateway.Generic;
using Gateway.Security;
using Machines.V1;

namespace Gateway.Tests.Generic;

public class InstanceQueryTests
{
    [Fact]
    public void Quotes_what_a_caller_says()
    {
        var filters = new ListInstancesRequest { Machine = "m' or 1=1 --", Tag = "t'\"é", State = "s'.x", Version = "v'\\", Status = Status.Stopped };
        var sql = InstanceQuery.Of(filters, [new KeyRange("a'/", IsPrefix: true), new KeyRange("b'", IsPrefix: false)], "k'", 3);
        Assert.Equal(
            """
            where i.service_name = 'm'' or 1=1 --' and i.key = 'snapshot' and (starts_with(i.service_key, 'a''/') or i.service_key = 'b''')
            and i.service_key > 'k''' and json_get_str(i.value_utf8, 'status') = 'stopped'
            and array_has(json_get_array(i.value_utf8, 'tags'), '"t\u0027\u0022\u00E9"')
            and (json_get_str(i.value_utf8, 'value', 's''') = 'x' or json_contains(i.value_utf8, 'value', 's''', 'x')) and v.value_utf8 in ('"v\u0027\\"', '"v''\\"')
            """.ReplaceLineEndings(" "),
            sql.ReplaceLineEndings("\n").Split('\n')[2]);
        Assert.EndsWith("order by i.service_key limit 3", sql, StringComparison.Ordinal);
    }

    [Fact]
    public void Asks_for_everything_without_filters() =>
        Assert.Contains("where i.service_name = 'm' and i.key = 'snapshot'\n", InstanceQuery.Of(new ListInstancesRequest { Machine = "m" }, null, null, 1).ReplaceLineEndings("\n"), StringComparison.Ordinal);

    [Fact]
    public void Asks_for_nothing_without_keys() =>
        Assert.Contains("i.key = 'snapshot' and false\n", InstanceQuery.Of(new ListInstancesRequest { Machine = "m" }, [], null, 1).ReplaceLineEndings("\n"), StringComparison.Ordinal);
}
