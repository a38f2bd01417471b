namespace Quickstart;

/// <summary>What to type next. Every line works when it is pasted into another terminal, in the repository's folder.</summary>
internal static class CheatSheet
{
    public static string For(QuickstartOptions options) =>
        $$$$"""

        Everything is up. Restate's data is in {{{{options.Data.FullName}}}} and survives restarts; its web UI is http://localhost:{{{{options.AdminPort}}}}

        gRPC, with the schema from server reflection:
          npx buf curl --http2-prior-knowledge --protocol grpc -d '{"key": "alice"}' http://localhost:{{{{options.GrpcPort}}}}/auth.v1.AuthService/Create
          npx buf curl --http2-prior-knowledge --protocol grpc -d '{"key": "alice", "condition": {"done": true}, "event": {"auth": {}}}' http://localhost:{{{{options.GrpcPort}}}}/auth.v1.AuthService/WaitFor
          npx buf curl --http2-prior-knowledge --protocol grpc -d '{"key": "alice"}' http://localhost:{{{{options.GrpcPort}}}}/auth.v1.AuthService/GetSnapshot

        The same flow from Node.js:
          npm ci --prefix clients/node && node clients/node/auth.js bob localhost:{{{{options.GrpcPort}}}}

        Connect, so plain JSON over HTTP/1.1:
          curl http://localhost:{{{{options.HttpPort}}}}/auth.v1.AuthService/GetSnapshot --json '{"key": "alice"}'

        Restate's own HTTP API, to the same machine:
          curl http://localhost:{{{{options.IngressPort}}}}/auth/myMachine/create
          curl http://localhost:{{{{options.IngressPort}}}}/auth/myMachine/waitFor --json '{"condition": "done", "event": {"type": "AUTH"}}' -H "idempotency-key: my-key"
          curl http://localhost:{{{{options.IngressPort}}}}/auth/myMachine/snapshot
          RESTATE_ADMIN_URL=http://localhost:{{{{options.AdminPort}}}} npx restate sql "select service_key, value_utf8 from state where key = 'version'"

        Health: curl http://localhost:{{{{options.HttpPort}}}}/readyz
        Ctrl-C stops everything.
        """;
}
