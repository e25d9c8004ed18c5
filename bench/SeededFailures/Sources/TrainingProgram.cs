using TrainingGuards;

namespace SeededFailures.Sources;

/// <summary>A sound training program: a source file, and the recipe that it is held to.</summary>
/// <param name="Name">The name of its file and of its class.</param>
/// <param name="Recipe">Its kind.</param>
/// <param name="Epochs">How often it goes through its data.</param>
internal sealed record TrainingProgram(string Name, Recipe Recipe, int Epochs)
{
    private string? _source;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TrainingProgram> All { get; } =
    [
        new(nameof(Programs.TabularMlp), Recipe.Classifier(4), Programs.TabularMlp.Epochs),
        new(nameof(Programs.DigitConvNet), Recipe.Classifier(10), Programs.DigitConvNet.Epochs),
        new(nameof(Programs.ResidualDigits), Recipe.Classifier(10), Programs.ResidualDigits.Epochs),
        new(nameof(Programs.LstmClassifier), Recipe.Classifier(3), Programs.LstmClassifier.Epochs),
        new(nameof(Programs.CausalTransformer), Recipe.LanguageModel(12), Programs.CausalTransformer.Epochs),
        new(nameof(Programs.RegressionNet), Recipe.Regressor(), Programs.RegressionNet.Epochs),
        new(nameof(Programs.DenseAutoencoder), Recipe.Autoencoder(), Programs.DenseAutoencoder.Epochs),
        new(nameof(Programs.FineTunedDigits), Recipe.Classifier(10), Programs.FineTunedDigits.Epochs),
    ];

    /// <summary>Its text.</summary>
    public string Source => _source ??= File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Programs", $"{Name}.cs")).ReplaceLineEndings("\n");

    /// <summary>The one of a name.</summary>
    public static TrainingProgram Named(string name) => All.FirstOrDefault(program => program.Name == name)
        ?? throw new ArgumentException($"There is no program {name}; there are {string.Join(", ", All.Select(program => program.Name))}.", nameof(name));
}
