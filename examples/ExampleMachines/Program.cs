using ExampleMachines;
using Machines;

// With --counter=v1 new counters run on the first version again, as after the deployment of other code.
// With --counter=audited they keep a history.
var counter = args.Contains("--counter=v1") ? CounterMachine.Swapped
    : args.Contains("--counter=audited") ? CounterMachine.Audited
    : CounterMachine.Definition;

// The example machines as a host of their own, the way they are deployed: Restate calls this endpoint, nobody else does.
await MachineHost.Create(args, AuthMachine.Definition, counter, PaymentMachine.Definition).RunAsync();
