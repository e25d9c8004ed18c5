using static TorchSharp.torch.nn.functional;

namespace MyProject.Guards;

/// <summary>Every check of the recipe, a test case each, on what you train.</summary>
public class RecipeGuards
{
    // TODO: put your own into the places below, then delete Example.cs. What more can be said is at
    // https://github.com/TrainingGuards/TrainingGuards/blob/main/docs/setup.md.
    private static readonly Setup Trained = new()
    {
        // TODO: your model, built as before training.
        Model = () => new ExampleModel(),

        // TODO: your data. Examples.From also takes a DataLoader, or any enumeration of batches.
        Training = Examples.From(ExampleData.Training, ExampleData.Training, batchSize: 32, shuffled: true),
        Validation = Examples.From(ExampleData.Validation, ExampleData.Validation, batchSize: 32),

        // TODO: your loss.
        Loss = (output, input) => mse_loss(output, input),

        // TODO: your optimizer, with your learning rate.
        Optimizer = parameters => optim.Adam(parameters, lr: 1e-2),

        // TODO: how long you train; with a learning-rate schedule, that too, as Scheduler.
        Epochs = 20,

        // TODO: your own training step as Step, where it clips or accumulates gradients; your metric as Evaluate.
    };

    // TODO: a check that need not hold is excused: .Without<ExamplesAreUnique>(because: "…").
    public static Cases Recipe => Cases.Of(TrainingGuards.Recipe.Autoencoder());

    [GuardTheory, MemberData(nameof(Recipe))]
    public void Holds(Check check) => Trained.MustSatisfy(check);
}
