namespace TorchSharp;

/// <summary>What a dispose scope can own.</summary>
internal interface IScopedDisposable : IDisposable
{
    DisposeScope? OwningDisposeScope { get; set; }

    LifetimeStatistics Statistics(ThreadDisposeScopeStatistics ofThread);
}
