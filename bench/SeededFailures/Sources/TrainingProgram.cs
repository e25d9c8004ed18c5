using TrainingGuards;

namespace SeededFailures.Sources;

/// <summary>A sound training program: a source file, and the recipe that it is held to.</summary>
/// <param name="Name">The name of its file and of its class.</param>
/// <param name="Recipe">Its kind.</param>
internal sealed record TrainingProgram(string Name, Recipe Recipe)
{
    private string? _source;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TrainingProgram> All { get; } =
    [
        new(nameof(Programs.TabularMlp), Recipe.Classifier(4)),
        new(nameof(Programs.DigitConvNet), Recipe.Classifier(10)),
        new(nameof(Programs.ResidualDigits), Recipe.Classifier(10)),
        new(nameof(Programs.LstmClassifier), Recipe.Classifier(3)),
        new(nameof(Programs.CausalTransformer), Recipe.LanguageModel(12)),
        new(nameof(Programs.RegressionNet), Recipe.Regressor()),
        new(nameof(Programs.DenseAutoencoder), Recipe.Autoencoder()),
        new(nameof(Programs.FineTunedDigits), Recipe.Classifier(10)),
    ];

    /// <summary>Its text.</summary>
    public string Source => _source ??= File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Programs", $"{Name}.cs")).ReplaceLineEndings("\n");

    /// <summary>The one of a name.</summary>
    public static TrainingProgram Named(string name) => All.FirstOrDefault(program => program.Name == name)
        ?? throw new ArgumentException($"There is no program {name}; there are {string.Join(", ", All.Select(program => program.Name))}.", nameof(name));
}
