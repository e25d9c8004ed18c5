using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class ComponentsAreRegisteredTests
{
    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).MustSatisfy(new ComponentsAreRegistered());
        Assert.Equal(new Cost(1, 0, 0), verdict.Cost);
        Assert.Empty(verdict.Findings.Notes);
    }

    [Fact]
    public void Layers_in_a_list_are_found_on_their_line()
    {
        Verdict verdict = Broken(() => new LayersInList(), "field `encoder._blocks` (List<Linear>, 3 modules, 216 weights) is not registered: RegisterComponents() does not look into collections", "TG3001", "encoder._blocks");
        Assert.Equal(Line("list"), verdict.Findings.Where!.Source);
        Assert.Equal(["encoder._blocks[0].weight", "encoder._blocks[0].bias"], Outside(verdict).Take(2));
        Assert.Equal(6, Outside(verdict).Length);
        Assert.Equal(0, verdict.Cost.Forwards);
    }

    [Fact]
    public void Layers_in_a_dictionary_are_found_by_their_key() =>
        Assert.Equal(["layers[hidden].weight", "layers[hidden].bias"], Outside(Broken(() => new LayersInDictionary(), "(Dictionary<String, Linear>, 72 weights)", "TG3001", "layers")));

    [Fact]
    public void Layers_in_a_tuple_are_found() =>
        Assert.Contains("Pair.Item2.bias", Outside(Broken(() => new LayersInTuple(), "field `Pair` ((Linear, Linear), 2 modules, 144 weights)", "TG3001", "Pair")));

    [Fact]
    public void Parameters_in_an_array_are_found()
    {
        Verdict verdict = Broken(() => new ScalesInArray(), "field `scales` (Parameter[], 2 tensors, 16 weights)", "TG3001", "scales");
        Assert.Equal(["scales[0]", "scales[1]"], Outside(verdict));
        Assert.Contains("ParameterList", verdict.Findings.Causes[0].Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_weights_counts_by_its_mode_and_its_statistics()
    {
        Assert.Equal(["drops[0]"], Outside(Broken(() => new DropoutInArray(), "field `drops` (Dropout[]) is not registered", "TG3001", "drops")));
        Assert.Equal(
            ["norms[0]", "norms[0].num_batches_tracked", "norms[0].running_mean", "norms[0].running_var"],
            Outside(Broken(() => new StatisticsInArray(), "field `norms` (BatchNorm1d[])", "TG3001", "norms")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Layers_in_an_object_that_is_no_module_are_found() =>
        Assert.Contains("pair.First.weight", Outside(Broken(() => new LayersInObject(), "does not look into a Pair, which is no module", rule: null, "pair")));

    [Fact]
    public void A_late_assignment_is_found_on_its_line()
    {
        Verdict verdict = Broken(() => new HeadAssignedLate(), "it was assigned after HeadAssignedLate had registered its components", "TG3003", "head");
        Assert.Equal(Line("late"), verdict.Findings.Where!.Source);
        Broken(() => new HeadReplaced(), "it was replaced after HeadReplaced had registered its components", "TG3003", "head");
    }

    [Fact]
    public void A_private_field_of_a_base_that_is_hidden_is_found()
    {
        Verdict verdict = Broken(() => new FieldHidesBase(), "a field of FieldHidesBase hides it", "TG3005", "layer of Encoder");
        Assert.Equal(Line("hidden"), verdict.Findings.Where!.Source);
        Assert.Equal(["layer of Encoder.weight", "layer of Encoder.bias"], Outside(verdict));
    }

    [Fact]
    public void A_block_that_registers_nothing_is_found_in_a_sequential() =>
        Assert.Equal(["body.0.hidden.weight", "body.0.hidden.bias"], Outside(Broken(() => new BlockRegistersNothing(), "Block registers nothing", "TG3002", "body.0.hidden")));

    [Fact]
    public void A_tensor_that_requires_a_gradient_is_no_parameter() =>
        Assert.Equal(["scale"], Outside(Broken(() => new TensorScale(), "field `scale` (Tensor, 8 weights) is not registered: a plain Tensor is at most a buffer", "TG3004", "scale")));

    [Fact]
    public void What_is_added_to_a_module_list_too_late_is_found() =>
        Assert.Equal(["layers[1].weight", "layers[1].bias"], Outside(Broken(() => new AddedToModuleList(), "it was added to the ModuleList<Linear> after that was registered", "TG3003", "layers")));

    [Fact]
    public void What_a_forward_pass_builds_comes_too_late_registered_or_not()
    {
        Verdict verdict = Broken(() => HeadBuiltInForward.New(register: false), "it was built in forward", "TG3006", "head");
        Assert.StartsWith("Unregistered.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
        Assert.Equal(1, verdict.Cost.Forwards);
        Assert.Equal(["head.weight", "head.bias"], Outside(Broken(() => HeadBuiltInForward.New(register: true), "`head.weight` and `head.bias` were registered by a forward pass", "TG3006", "head.weight")));
    }

    [Fact]
    public void A_parameter_in_two_groups_is_updated_twice()
    {
        Verdict verdict = Broken(ParametersInTwoGroups.Setup, "`head.weight` and `head.bias` are listed in groups 0 and 1, with learning rates 0.001 and 0.01: one gradient updates them 2 times", "TG1012", "head.weight");
        Assert.Equal(["head.weight", "head.bias"], Outside(verdict));
        Assert.StartsWith("ParametersInTwoGroups.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
        Setup again = SoundSetups.Classifier with { Optimizer = parameters => optim.Adam([.. parameters, .. parameters.Skip(3)]) };
        Broken(again, "`head.bias` is listed 2 times in group 0", "TG1012", "head.bias");
    }

    [Fact]
    public void An_optimizer_that_is_given_them_by_hand_does_not_make_up_for_it() => Broken(
        Unregistered.Setup(() => new TensorParts()) with { Optimizer = null, OptimizerFor = model => optim.Adam(((TensorParts)model).All, lr: 1e-2) },
        "the optimizer was given 2 of them, and state_dict(), to() and eval() still pass them by", "TG3001", "layers");

    [Fact]
    public void What_is_hidden_on_purpose_is_noted_and_not_judged()
    {
        Verdict verdict = Unregistered.Setup(() => new HiddenOnPurpose()).MustSatisfy(new ComponentsAreRegistered());
        Assert.Equal(["`teacher[0]` is not registered and frozen: taken for hidden on purpose; to() and state_dict() pass by"], verdict.Findings.Notes);
    }

    [Fact]
    public void A_model_without_parameters_is_no_pass() =>
        Assert.Equal(Outcome.NotApplicable, (SoundSetups.Classifier with { Model = () => nn.ReLU(), Optimizer = null, Evaluate = null }).Judge(new ComponentsAreRegistered()).Outcome);

    [Fact]
    public void A_setup_without_an_optimizer_or_a_loss_is_enough() =>
        (SoundSetups.Classifier with { Loss = null, Optimizer = null }).MustSatisfy(new ComponentsAreRegistered());

    private static string Line(string mark) => SourceLine.Of("../Checks/Wiring/Saboteurs/Unregistered.cs", mark).Replace("../Checks/Wiring/Saboteurs/", "", StringComparison.Ordinal);

    private static string[] Outside(Verdict verdict) => [.. verdict.Findings.Claims
        .SelectMany(claim => claim.Readings.Where(reading => !claim.Expected.Contains(reading.Value)))
        .Select(reading => reading.Culprit)];

    private static Verdict Broken(Func<nn.Module> model, string because, string? rule, string? module) => Broken(Unregistered.Setup(model), because, rule, module);

    private static Verdict Broken(Setup setup, string because, string? rule, string? module)
    {
        Verdict verdict = setup.Judge(new ComponentsAreRegistered());
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        Assert.Equal(module, verdict.Findings.Where?.Module);
        return verdict;
    }

    private sealed class TensorParts : Unregistered
    {
        private readonly TorchSharp.Modules.Linear[] layers = [nn.Linear(8, 4)];

        public TensorParts() : base(nameof(TensorParts)) => RegisterComponents();

        public IEnumerable<TorchSharp.Modules.Parameter> All => layers[0].parameters();

        public override Tensor forward(Tensor x) => layers[0].call(x);
    }
}
