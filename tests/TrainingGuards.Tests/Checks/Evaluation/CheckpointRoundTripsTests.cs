using TorchSharp.Modules;
using TrainingGuards.Checks.Evaluation;
using TrainingGuards.Tests.Checks.Evaluation.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Evaluation;

public sealed class CheckpointRoundTripsTests
{
    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).MustSatisfy(new CheckpointRoundTrips());
        Assert.Equal(new Cost(2, 0, 2), verdict.Cost);
        Assert.Empty(verdict.Findings.Notes);
    }

    [Fact]
    public void Holds_with_a_buffer_that_is_updated_in_place_and_with_tied_weights()
    {
        Unsaved.Setup(() => new Unsaved.InPlace()).MustSatisfy(new CheckpointRoundTrips());
        Verdict verdict = (Unsaved.Setup(() => new Unsaved.Tied()) with { Device = CPU }).MustSatisfy(new CheckpointRoundTrips());
        Assert.Equal(["first.weight = second.weight"], verdict.Findings.Claims.Single(claim => claim.Quantity.StartsWith("still one", StringComparison.Ordinal)).Readings.Select(reading => reading.Culprit));
    }

    [Fact]
    public void Holds_with_delegates_of_the_users_own() =>
        SoundSetups.Classifier.MustSatisfy(new CheckpointRoundTrips((model, path) => model.save(path), path => new MlpClassifier().load(path)));

    [Fact]
    public void Holds_without_an_optimizer_and_a_loss() =>
        Assert.Equal(new Cost(3, 0, 0), (SoundSetups.ConvNet with { Loss = null, Optimizer = null }).MustSatisfy(new CheckpointRoundTrips()).Cost);

    [Fact]
    public void A_field_that_is_given_a_new_tensor_is_found() =>
        Broken(Unsaved.Setup(() => new Unsaved.Replaced()), "field `mean` is not saved: it was replaced after it was registered", "TG3003", "mean");

    [Fact]
    public void A_plain_tensor_that_is_made_later_is_found() =>
        Broken(Unsaved.Setup(() => new Unsaved.MadeLater()), "field `_mean` is not saved: a plain Tensor that was assigned after RegisterComponents()", "TG3003, TG3004", "_mean");

    [Fact]
    public void A_list_of_tensors_is_found() =>
        Broken(Unsaved.Setup(() => new Unsaved.InList()), "field `means[0]` is not saved: RegisterComponents() does not look into collections", "TG3001", "means");

    [Fact]
    public void A_number_in_a_field_is_found() =>
        Broken(Unsaved.Setup(() => new Unsaved.InNumber()), "field `mean` (Double) is ", rule: null, nameof(Unsaved.InNumber));

    [Fact]
    public void A_buffer_that_is_not_persistent_is_found() =>
        Broken(Unsaved.Setup(() => new Unsaved.NotPersistent()) with { Device = CPU }, "field `mean` is not saved: it changes in training and is registered with persistent: false", rule: null, "mean");

    [Fact]
    public void What_no_field_shows_is_located_by_its_outputs() =>
        Broken(Unsaved.Setup(() => new Unsaved.InObject()), "`head` gives other outputs".Replace("head", nameof(Unsaved.InObject), StringComparison.Ordinal), rule: null, nameof(Unsaved.InObject));

    [Fact]
    public void A_layer_that_is_built_in_forward_is_found()
    {
        Verdict verdict = Broken(
            Unsaved.Setup(() => new Unsaved.LazyHead()) with { Optimizer = parameters => optim.SGD(parameters.ToList(), learningRate: 0.1) },
            "`late.weight` and `late.bias` are saved, and a new model has no place for them: built by a forward pass", "TG3006", "late.weight");
        Assert.Equal(["late.bias", "late.weight"], Outside(verdict.Findings.Claims[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Names_that_change_from_build_to_build_are_found() =>
        Broken(Unsaved.Setup(() => new Unsaved.CountedNames()), "names change from build to build", "TG7002", module: null);

    [Fact]
    public void What_the_users_save_leaves_out_is_found()
    {
        Verdict verdict = Broken(SoundSetups.ConvNet, "`norm.running_mean` and `norm.running_var` are what a new model begins with: save or load passes them by", "TG7002", "norm.running_mean", new CheckpointRoundTrips(
            (model, path) => model.save(path, skip: ["norm.running_mean", "norm.running_var"]),
            path => new ConvNet().load(path, strict: false)));
        Assert.Equal(["norm.running_mean", "norm.running_var"], Outside(verdict.Findings.Claims[1]));
    }

    [Fact]
    public void A_load_that_does_nothing_is_found() =>
        Broken(SoundSetups.Classifier, "`hidden.weight`, `hidden.bias` and 2 more are what a new model begins with", "TG7002", "hidden.weight", new CheckpointRoundTrips(load: _ => new MlpClassifier()));

    [Fact]
    public void Weights_that_go_through_half_precision_are_found() =>
        Broken(SoundSetups.Classifier, "have other numbers than were saved", "TG7001", module: null, new CheckpointRoundTrips(load: path =>
        {
            nn.Module model = new MlpClassifier().load(path);
            using var grad = no_grad();
            foreach (Parameter parameter in model.parameters()) parameter.copy_(parameter.to(ScalarType.Float16));
            return model;
        }));

    [Fact]
    public void A_model_of_another_type_is_found() =>
        Broken(SoundSetups.Classifier with { Device = CPU }, "are Float32 in the saved model and Float64 in the loaded one", rule: null, "hidden.weight", new CheckpointRoundTrips(load: path => new MlpClassifier().load(path).to(ScalarType.Float64)));

    [Fact]
    public void A_tie_that_is_not_tied_again_is_found()
    {
        Verdict verdict = Broken(
            Unsaved.Setup(() => new Unsaved.Tied()) with { Device = CPU },
            "`first.weight` and `second.weight` are one tensor in the saved model and 2 in the loaded one", rule: null, "second.weight",
            new CheckpointRoundTrips(load: path => new Unsaved.Tied(tie: false).load(path)));
        Assert.Equal(["first.weight = second.weight"], Outside(verdict.Findings.Claims[2]));
    }

    [Fact]
    public void A_load_that_throws_is_broken_by_its_exception() =>
        Broken(SoundSetups.Classifier, "save or load throws", "TG7003", "load", new CheckpointRoundTrips(load: path => nn.Linear(8, 4).load(path)));

    [Fact]
    public void Nothing_is_left_in_the_temporary_folder()
    {
        string? folder = null;
        void Save(nn.Module model, string path)
        {
            folder = Path.GetDirectoryName(path);
            model.save(path);
            File.WriteAllText(path + ".json", "{}");
        }
        SoundSetups.Classifier.MustSatisfy(new CheckpointRoundTrips(Save));
        Assert.False(Directory.Exists(folder));
        Assert.Throws<NotSupportedException>(() => SoundSetups.Classifier.Judge(new CheckpointRoundTrips(Save, _ => throw new NotSupportedException())));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void A_model_that_every_build_begins_alike_proves_nothing()
    {
        Setup constant = SoundSetups.Classifier with { Optimizer = null, Evaluate = null, Model = () => Ones() };
        Assert.Equal(Outcome.Inconclusive, constant.Judge(new CheckpointRoundTrips()).Outcome);

        static nn.Module Ones()
        {
            Linear layer = nn.Linear(8, 4);
            nn.init.ones_(layer.weight!);
            nn.init.zeros_(layer.bias!);
            return layer;
        }
    }

    [Fact]
    public void A_model_without_state_has_nothing_to_save() =>
        Assert.Equal(Outcome.NotApplicable, (SoundSetups.Classifier with { Model = () => nn.ReLU(), Optimizer = null, Evaluate = null }).Judge(new CheckpointRoundTrips()).Outcome);

    private static string[] Outside(Measurement claim) => [.. claim.Readings.Where(reading => !claim.Expected.Contains(reading.Value)).Select(reading => reading.Culprit)];

    private static Verdict Broken(Setup setup, string because, string? rule, string? module, CheckpointRoundTrips? check = null)
    {
        Verdict verdict = setup.Judge(check ?? new CheckpointRoundTrips());
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        if (module is not null) Assert.Equal(module, verdict.Findings.Where?.Module);
        return verdict;
    }
}
