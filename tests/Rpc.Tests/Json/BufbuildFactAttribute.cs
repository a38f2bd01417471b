namespace Rpc.Tests.Json;

/// <summary>A test that needs Node and the npm package @bufbuild/protobuf; without them it is reported as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BufbuildFactAttribute : FactAttribute
{
    public BufbuildFactAttribute()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "node_modules", "@bufbuild", "protobuf")))
                return;
        }

        Skip = "@bufbuild/protobuf is not installed: npm install";
    }
}
