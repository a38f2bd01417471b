using ExampleMachines;
using Machines;

// The example machines as a host of their own, the way they are deployed: Restate calls this endpoint, nobody else does.
await MachineHost.Create(args, AuthMachine.Definition, CounterMachine.Definition, PaymentMachine.Definition).RunAsync();
