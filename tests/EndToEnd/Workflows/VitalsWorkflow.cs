using System.Collections.Concurrent;
using Cars.V1;
using Google.Protobuf.WellKnownTypes;
using Machines;
using Machines.V1;
using Statecharts;

namespace EndToEnd.Workflows;

/// <summary>Checks a car's vitals by a flow within the flow, and again after a while, for as long as the car is on.</summary>
public abstract class VitalsWorkflow(WorkflowHost host) : Workflow(host)
{
    private static readonly string[] Parts = ["tirePressure", "oilPressure", "coolantLevel", "battery"];

    private static readonly DurablePromise<string, Reading> CheckPart = new("checkPart", async (context, part) =>
    {
        await context.Sleep(Gauges.TimeToRead(context.Key, part));
        return new Reading { Value = 100, At = Timestamp.FromDateTimeOffset(await context.Now()) };
    });

    private readonly GrpcClient _cars = host.Service("cars.v1.VitalsService");

    internal static DurableMachine Machine { get; } = new("vitals", Define());

    private enum VitalsState
    {
        CheckingVitals,
        VitalsChecked,
    }

    private static StateMachine Define()
    {
        var machine = ProtobufMachine.Define<CarState, Car, CarEvent>("vitals")
            .Output(car => car.Vitals)
            .InitialTransition(CarState.Parked);
        machine.Configure(CarState.Parked)
            .Permit<TurnOn>(CarState.Driving, (car, on) => car.CheckInterval = on.CheckInterval);
        machine.Configure(CarState.Driving).InitialTransition(CarState.Checking)
            .Permit<TurnOff>(CarState.TurnedOff);
        machine.Configure(CarState.Checking).SubstateOf(CarState.Driving)
            .Invoke<Vitals>(DefineCheck())
                .OnDone(CarState.Resting, (car, vitals) => (car.Vitals, car.Checks) = (vitals, car.Checks + 1));
        machine.Configure(CarState.Resting).SubstateOf(CarState.Driving)
            .After("checkInterval", car => car.CheckInterval?.ToTimeSpan() ?? TimeSpan.FromSeconds(1), CarState.Checking);
        machine.Configure(CarState.TurnedOff).Final();
        return machine.Build();
    }

    /// <summary>All parts are checked at the same time.</summary>
    private static StateMachine DefineCheck()
    {
        var machine = ProtobufMachine.Define<VitalsState, Vitals, CarEvent>("vitalscheck")
            .Output(vitals => vitals)
            .InitialTransition(VitalsState.CheckingVitals);
        var checking = machine.Configure(VitalsState.CheckingVitals)
            .AlwaysIf(VitalsState.VitalsChecked, (vitals, _) => vitals.Readings.Count == Parts.Length);
        foreach (var part in Parts)
            checking.Invoke(CheckPart, _ => part, id: part).OnDone((vitals, reading) => vitals.Readings.Add(part, reading));
        machine.Configure(VitalsState.VitalsChecked).Final();
        return machine.Build();
    }

    /// <summary>Stands for the car's gauges, of which some take longer than others.</summary>
    private static class Gauges
    {
        private static readonly ConcurrentDictionary<string, string> Stuck = new();

        public static void Stick(string car, string part) => Stuck[car] = part;

        public static TimeSpan TimeToRead(string car, string part) =>
            Stuck.GetValueOrDefault(car) == part ? TimeSpan.FromHours(1) : TimeSpan.FromMilliseconds(5 * part.Length);
    }

    [Fact]
    public async Task Vitals_are_checked_again_and_again_until_the_car_is_turned_off()
    {
        var started = DateTimeOffset.UtcNow.AddSeconds(-1);
        var on = await TurnOnAsync(TimeSpan.FromMilliseconds(50));
        Assert.Equal([CarState.Driving, CarState.Checking], on.States);
        Assert.Equal(["driving", "driving.checking"], on.Info.States);
        Assert.Null(on.Context.Vitals);

        var car = await CheckedAsync(times: 3);
        Assert.Equal(Parts.Order(StringComparer.Ordinal), car.Vitals.Readings.Keys.Order(StringComparer.Ordinal));
        Assert.All(car.Vitals.Readings.Values, reading => Assert.Equal(100, reading.Value));
        Assert.All(car.Vitals.Readings.Values, reading => Assert.InRange(reading.At.ToDateTimeOffset(), started, DateTimeOffset.UtcNow.AddSeconds(1)));

        var off = await TurnOffAsync();
        Assert.Equal([CarState.TurnedOff], off.States);
        Assert.Equal(Status.Done, off.Info.Status);
        Assert.Equal(off.Context.Vitals, off.Output);
    }

    [Fact]
    public async Task A_car_that_is_turned_off_during_a_check_takes_nothing_of_it()
    {
        Gauges.Stick(Key, "battery");
        await TurnOnAsync(TimeSpan.FromMinutes(1));
        var off = await TurnOffAsync();
        Assert.Equal(0, off.Context.Checks);
        Assert.Null(off.Output);

        await Host.EndedAsync(Key, "invokePromise", times: Parts.Length);
        Assert.Equal(off, await _cars.CallAsync<CarSnapshot>("GetSnapshot", Instance));
        Assert.Equal("{}", (await CallAsync("vitals", "snapshot")).GetProperty("children").GetRawText());
    }

    private async Task<Car> CheckedAsync(int times)
    {
        var car = new Car();
        await Eventually.BecomesTrueAsync(
            async () => (car = (await _cars.CallAsync<CarSnapshot>("GetSnapshot", Instance)).Context).Checks >= times,
            () => $"{times} checks; there were {car.Checks}");
        return car;
    }

    private Task<CarSnapshot> TurnOnAsync(TimeSpan checkInterval) =>
        _cars.CallAsync<CarSnapshot>("TurnOn", new TurnOnRequest { Key = Key, CheckInterval = Duration.FromTimeSpan(checkInterval) });

    private Task<CarSnapshot> TurnOffAsync() => _cars.CallAsync<CarSnapshot>("TurnOff", Instance);
}

[Collection(NormalWorkflows.Name)]
public sealed class Vitals_workflow(NormalWorkflowHost host) : VitalsWorkflow(host);

[Collection(ReplayWorkflows.Name)]
public sealed class Vitals_workflow_under_forced_replay(ReplayWorkflowHost host) : VitalsWorkflow(host);
