using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

public class RetryBudgetTests
{
    [Fact]
    public void A_budget_is_spent_and_earned_back_up_to_what_it_was()
    {
        var budget = new RetryBudget(2);
        Assert.True(budget.TryWithdraw());
        Assert.True(budget.TryWithdraw());
        Assert.False(budget.TryWithdraw());

        budget.Deposit(0.5);
        Assert.False(budget.TryWithdraw());
        budget.Deposit(0.5);
        Assert.True(budget.TryWithdraw());

        budget.Deposit(100);
        Assert.True(budget.TryWithdraw());
        Assert.True(budget.TryWithdraw());
        Assert.False(budget.TryWithdraw());
    }

    [Fact]
    public void No_budget_is_no_retries() => Assert.False(new RetryBudget(0).TryWithdraw());
}
