namespace ManagedTorch.Tests.Tensors;

/// <summary>Several threads that start together; what one of them throws is thrown again once all have ended.</summary>
internal static class Threads
{
    internal static void Run(int count, Action<int> body)
    {
        Exception?[] failures = new Exception?[count];
        using Barrier start = new(count);
        Thread[] threads =
        [
            .. Enumerable.Range(0, count).Select(number => new Thread(() =>
            {
                start.SignalAndWait();
                failures[number] = Record.Exception(() => body(number));
            })),
        ];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.All(failures, Assert.Null);
    }
}
