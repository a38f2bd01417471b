using System.Collections.Concurrent;
using System.Text.Json;
using Machines;
using Statecharts;

namespace EndToEnd.Workflows;

/// <summary>An asynchronous flow within the flow, used twice: it asks a person something, and has the answer confirmed.</summary>
public abstract class OnboardingWorkflow(WorkflowHost host) : Workflow(host)
{
    // The answer comes from outside, whenever it comes: the promise waits for it, and keeps nothing else waiting.
    private static readonly DurablePromise<string, string> Prompt = new("prompt", async (context, question) =>
    {
        var answer = context.Awakeable<string>();
        await context.Run("ask", _ => Terminal.Ask(context.Key, question, answer.Id));
        return await answer;
    });

    internal static DurableMachine Machine { get; } = new("onboarding", Define());

    private enum InterviewState
    {
        Asking,
        Confirming,
        Answered,
    }

    private sealed class Interview
    {
        public string Question { get; set; } = "";

        public string Answer { get; set; } = "";
    }

    private enum OnboardingState
    {
        Welcome,
        Personalize,
        Onboarded,
    }

    private sealed class Newcomer
    {
        public string Name { get; set; } = "";

        public string Team { get; set; } = "";
    }

    private static StateMachine Define()
    {
        var interview = DefineInterview();
        var machine = new StateMachineBuilder<OnboardingState, Newcomer>("onboarding")
            .Output(newcomer => $"{newcomer.Name} joins {newcomer.Team}")
            .InitialTransition(OnboardingState.Welcome);
        machine.Configure(OnboardingState.Welcome)
            .Invoke<string>(interview, _ => "What is your name?")
                .OnDone(OnboardingState.Personalize, (newcomer, name) => newcomer.Name = name);
        machine.Configure(OnboardingState.Personalize)
            .Invoke<string>(interview, newcomer => $"Welcome {newcomer.Name}, which team is yours?")
                .OnDone(OnboardingState.Onboarded, (newcomer, team) => newcomer.Team = team);
        machine.Configure(OnboardingState.Onboarded).Final();
        return machine.Build();
    }

    private static StateMachine DefineInterview()
    {
        var machine = new StateMachineBuilder<InterviewState, Interview>("interview")
            .Context<string>(question => new Interview { Question = question })
            .Output(interview => interview.Answer)
            .InitialTransition(InterviewState.Asking);
        machine.Configure(InterviewState.Asking)
            .Invoke(Prompt, interview => interview.Question)
                .OnDone(InterviewState.Confirming, (interview, answer) => interview.Answer = answer);
        machine.Configure(InterviewState.Confirming)
            .Invoke(Prompt, interview => $"{interview.Answer}, is that right?")
                .OnDoneIf(InterviewState.Answered, (_, answer) => answer == "yes")
                .OnDone(InterviewState.Asking, (interview, _) => interview.Question = $"Not {interview.Answer}? {interview.Question}");
        machine.Configure(InterviewState.Answered).Final();
        return machine.Build();
    }

    /// <summary>Stands for where people are asked.</summary>
    private static class Terminal
    {
        private static readonly ConcurrentDictionary<(string Key, string Question), string> Prompts = new();

        public static ValueTask Ask(string key, string question, string awakeable)
        {
            Prompts[(key, question)] = awakeable;
            return ValueTask.CompletedTask;
        }

        public static string? FindPrompt(string key, string question) => Prompts.GetValueOrDefault((key, question));
    }

    [Fact]
    public async Task A_flow_within_the_flow_hands_its_output_on()
    {
        var created = await CallAsync("onboarding", "create");
        Assert.Equal("welcome", created.GetProperty("value").GetString());
        await AnswerAsync("What is your name?", "bob");
        await AnswerAsync("bob, is that right?", "yes");
        await AnswerAsync("Welcome bob, which team is yours?", "sales");
        await AnswerAsync("sales, is that right?", "yes");

        var done = await CallAsync("onboarding", "waitFor", """{"condition": "done"}""");
        Assert.Equal("onboarded", done.GetProperty("value").GetString());
        Assert.Equal("""{"name":"bob","team":"sales"}""", done.GetProperty("context").GetRawText());
        Assert.Equal("bob joins sales", done.GetProperty("output").GetString());
    }

    [Fact]
    public async Task A_flow_within_the_flow_goes_its_own_way()
    {
        await CallAsync("onboarding", "create");
        await AnswerAsync("What is your name?", "bpb");
        await AnswerAsync("bpb, is that right?", "no");
        await AnswerAsync("Not bpb? What is your name?", "bob");
        var before = await CallAsync("onboarding", "snapshot");
        Assert.Equal("welcome", before.GetProperty("value").GetString());

        await AnswerAsync("bob, is that right?", "yes");
        var after = await CallAsync("onboarding", "waitFor", """{"condition": "matches:personalize"}""");
        Assert.Equal("""{"name":"bob","team":""}""", after.GetProperty("context").GetRawText());
    }

    private async Task AnswerAsync(string question, string answer)
    {
        string? awakeable = null;
        await Eventually.BecomesTrueAsync(() => (awakeable = Terminal.FindPrompt(Key, question)) is not null, () => $"the question '{question}'");
        await Host.Host.Ingress.ResolveAwakeableAsync(awakeable!, JsonSerializer.SerializeToUtf8Bytes(answer));
    }
}

[Collection(NormalWorkflows.Name)]
public sealed class Onboarding_workflow(NormalWorkflowHost host) : OnboardingWorkflow(host);

[Collection(ReplayWorkflows.Name)]
public sealed class Onboarding_workflow_under_forced_replay(ReplayWorkflowHost host) : OnboardingWorkflow(host);
