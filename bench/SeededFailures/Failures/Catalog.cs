using SeededFailures.Failures;

namespace SeededFailures;

/// <summary>All failures.</summary>
internal static class Catalog
{
    /// <summary>In the order of their lists.</summary>
    public static IReadOnlyList<Failure> All { get; } =
    [
        .. Of("PyTorch", PyTorchGradients.All, PyTorchModes.All, PyTorchWiring.All, PyTorchLosses.All, PyTorchSequences.All, PyTorchData.All),
        .. Of("DeepChecker", DeepCheckerKinds.All),
        .. Of("DeepCrime", DeepCrimeData.All, DeepCrimeModel.All),
        .. Of("TrainCheck", TrainCheckErrors.All),
    ];

    /// <summary>The one of a name.</summary>
    public static Failure Named(string name) => All.FirstOrDefault(failure => failure.Name == name)
        ?? throw new ArgumentException($"There is no failure {name}; `list` names them.", nameof(name));

    private static IEnumerable<Failure> Of(string family, params IReadOnlyList<Failure>[] failures) => failures.SelectMany(some => some).Select(failure => failure with { Family = family });
}
