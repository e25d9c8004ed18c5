using System.Collections.Immutable;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Where a loader certainly goes.</summary>
internal sealed class LoaderFlow(ImmutableArray<LoaderUse> uses, bool isOpen)
{
    /// <summary>The loops over its batches.</summary>
    public ImmutableArray<LoaderUse> Uses { get; } = uses;

    /// <summary>Whether it also goes where it cannot be followed.</summary>
    public bool IsOpen { get; } = isOpen;

    public IEnumerable<LoaderUse> Of(BatchUse use) => Uses.Where(one => one.Use == use);
}
