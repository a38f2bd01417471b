using System.Text.Json;
using Statecharts;

namespace Machines.Tests;

public class RemoteSnapshotTests
{
    [Fact]
    public void A_machine_written_in_TypeScript_has_neither_version_nor_revision()
    {
        var theirs = Parse("""{"status": "active", "value": "open", "context": {}, "tags": ["ajar"], "children": {}, "historyValue": {}}""");
        Assert.Equal((ActorStatus.Active, "open", "ajar"), (theirs.Status, theirs.Value.GetString(), Assert.Single(theirs.Tags)));
        Assert.Equal((null, null), (theirs.Version, theirs.Revision));
        Assert.Null(theirs.Error);

        var ours = Parse("""{"status": "done", "value": "shut", "context": {}, "tags": [], "version": "v1", "revision": 3}""");
        Assert.Equal(("v1", 3UL), (ours.Version, ours.Revision));
    }

    private static RemoteSnapshot Parse(string json) => new(JsonElement.Parse(json), JsonDataModel.Default);
}
