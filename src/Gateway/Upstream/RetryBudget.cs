namespace Gateway.Upstream;

/// <summary>
/// Keeps retries a share of the calls, as gRPC's retry throttling does (gRFC A6): a retry costs one, what succeeds earns some back,
/// and while nothing succeeds the budget runs out.
/// </summary>
/// <param name="capacity">The budget at the start, and at most.</param>
internal sealed class RetryBudget(int capacity)
{
    private readonly Lock _changing = new();
    private double _spent;

    /// <summary>Takes one retry out of the budget, if it is there.</summary>
    public bool TryWithdraw()
    {
        lock (_changing)
        {
            if (_spent + 1 > capacity)
                return false;

            _spent++;
            return true;
        }
    }

    /// <summary>Earns back a share of a retry, or some.</summary>
    public void Deposit(double retries)
    {
        // Next to always there is nothing to earn back.
        if (Volatile.Read(ref _spent) == 0)
            return;

        lock (_changing)
            _spent = Math.Max(0, _spent - retries);
    }
}
