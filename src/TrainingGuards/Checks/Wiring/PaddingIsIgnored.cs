using TorchSharp.Modules;
using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>Padding changes nothing: with up to 16 more positions of it, what the model says of the tokens and the loss stay the same within 10⁻⁴.</summary>
/// <remarks>
/// The sequences are cut to T − 16, at least to their half, and filled up to T again: so no table of positions is too short. In evaluation mode; models with batch normalisation are compared in
/// training mode too. Inconclusive for models that take sequences of one length alone. Cost: 2 F, 1 F more where an input says where padding is, 2 F more with batch normalisation; a failure 5 F more.
/// </remarks>
/// <param name="pads">The most positions of padding that are added.</param>
/// <param name="tolerance">The largest change, in root mean square over a token relative to all; of the loss relative to itself.</param>
public sealed class PaddingIsIgnored(int pads = 16, double tolerance = 1e-4) : Check
{
    /// <summary>The most positions of padding that are added.</summary>
    public int Pads { get; } = pads >= 1 ? pads : throw new ArgumentOutOfRangeException(nameof(pads), pads, "At least one position.");

    /// <summary>The largest relative change.</summary>
    public double Tolerance { get; } = tolerance > 0 ? tolerance : throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "A tolerance is above 0.");

    /// <inheritdoc/>
    public override string Claim => "Padding changes neither what the model says of the tokens nor the loss.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Setup.PaddingIndex is null) return Findings.NotApplicable("the setup gives no PaddingIndex; set PaddingIndex to the token that fills sequences up to a common length");
        Findings findings = Probe(trial);
        // A head that starts at zero hides everything behind it; two steps of training open it.
        bool blind = findings.Controls.Any(control => !control.Holds) && findings.Claims.All(claim => claim.Holds);
        if (!blind || !trial.Setup.Trains) return findings;
        for (int step = 0; step < 2; step++) trial.Step(trial.Batch);
        Findings opened = Probe(trial);
        return opened with { Notes = [.. opened.Notes, "measured after 2 training steps: at initialisation the output does not depend on the input"] };
    }

    private Findings Probe(Trial trial)
    {
        using IDisposable scope = trial.Scope();
        using IDisposable grad = no_grad();
        using IDisposable mode = trial.Evaluating();
        Batch batch = trial.Batch;
        if (PaddedBatch.Of(trial.Setup, batch, Pads) is not { } pair)
            return Findings.NotApplicable($"the inputs {batch.Inputs.Shapes} are no tokens [batch, time] of at least 4 positions");
        long whole = pair.Real.shape[1] + pair.Added;
        Tensors bare;
        try
        {
            bare = trial.Forward(pair.Bare.Inputs).Select(output => output.clone());
        }
#pragma warning disable CA1031 // A model for one length alone may throw what it likes at another.
        catch (Exception failure) when (failure is not (OperationCanceledException or BudgetExceededException or SetupException))
#pragma warning restore CA1031
        {
            return Findings.Inconclusive($"a model that takes sequences of other lengths than {Numbers.Text(whole)}; at {Numbers.Text(pair.Real.shape[1])} it throws {failure.GetType().Name}: {failure.Message}");
        }
        Tensors padded = trial.Forward(pair.Padded.Inputs);
        Reading[] apart = Apart(pair, bare, padded);
        if (apart.Length == 0) return Findings.Inconclusive($"outputs for each token or each sequence; of {Numbers.Text(pair.Real.shape[1])} positions they are {bare.Shapes}, of {Numbers.Text(whole)} {padded.Shapes}");
        var claims = new List<Measurement> { new("change of output with padding", Bound.AtMost(Tolerance), apart) };
        var causes = new List<Cause>();
        var notes = new List<string>();
        Place? where = null;
        void Explain(Batch with)
        {
            if (causes.Count > 0) return;
            (Cause cause, where) = PaddingCauses.Of(trial, pair, with, Tolerance);
            causes.Add(cause);
        }
        if (!claims[0].Holds)
        {
            if (Apart(pair, bare, trial.Forward(pair.Bare.Inputs)).Any(reading => !(reading.Value <= Tolerance)))
                return Findings.Inconclusive($"a model that gives the same twice in evaluation mode; two passes of the same tokens differ, and {nameof(EvaluationIsRepeatable)} says why");
            Explain(pair.Padded);
        }
        if (pair.HasMask)
        {
            Batch disguised = pair.Disguised();
            claims.Add(new("change of output with what stands at padding", Bound.AtMost(Tolerance), Apart(pair, bare, trial.Forward(disguised.Inputs))));
            if (!claims[^1].Holds) Explain(disguised);
        }
        if (ModelTensors.Modules(trial.Model).Any(part => ModuleKind.IsBatchNorm(part.Module)) && ModuleKind.Composites(trial.Model).Count == 0 && claims[0].Holds)
        {
            RandomCotangent.Train(trial.Model);
            claims.Add(new("change of output with padding in training", Bound.AtMost(Tolerance), Apart(pair, trial.Forward(pair.Bare.Inputs).Select(output => output.clone()), trial.Forward(pair.Padded.Inputs))));
            if (!claims[^1].Holds) Explain(pair.Padded);
            trial.Model.eval();
        }
        if (claims[0].Holds && trial.Setup is not { Loss: null, JointLoss: null, LossTerms: null })
        {
            if (!pair.HasTargets) notes.Add("the loss was not compared: no example of the batch shows what stands in the targets at padding, and IgnoreIndex is not set");
            else causes.AddRange(Loss(trial, pair, bare, padded, claims, ref where));
        }
        foreach ((string path, nn.Module module) in ModelTensors.Modules(trial.Model))
        {
            if (module is Embedding { weight: { } weight } && weight.shape[0] > trial.Setup.PaddingIndex && weight.requires_grad && weight[trial.Setup.PaddingIndex!.Value].ne(0).any().ToBoolean() && IsOfTokens(trial, weight))
                notes.Add($"`{path}` has a vector for padding that is not 0: with padding_idx: {Numbers.Text(trial.Setup.PaddingIndex.Value)} it is 0 and stays so");
        }
        return new() { Claims = claims, Causes = causes, Where = where, Notes = notes, Controls = [new("difference between the outputs of different tokens", Bound.MoreThan(0), Spread(bare))] };
    }

    private IEnumerable<Cause> Loss(Trial trial, PaddedBatch pair, Tensors bare, Tensors padded, List<Measurement> claims, ref Place? where)
    {
        double before = trial.Loss(bare, pair.Bare.Targets).ToDouble(), after = trial.Loss(padded, pair.Padded.Targets).ToDouble();
        claims.Add(new("relative change of the loss with padding", Bound.AtMost(Tolerance), Math.Abs(after - before) / Math.Max(Math.Abs(before), 1e-12)));
        if (claims[^1].Holds) return [];
        where ??= ShiftCauses.Place(trial.Setup, inLoss: true);
        string change = $"the loss goes from {Numbers.Text(before)} to {Numbers.Text(after)} with {Numbers.Text(pair.Added)} more positions of padding, and no output of a token does";
        double share = pair.Real.shape[1] / (double)(pair.Real.shape[1] + pair.Added);
        return [Math.Abs((after / before) - share) < 1e-3
            ? new Cause($"{change}: it is the part of positions that are not new, {Numbers.Text(share)}; the mean divides by all positions, padding too", "divide by the number of tokens: (loss * mask).sum() / mask.sum()")
            : new Cause($"{change}: it counts padding as tokens to be predicted", $"tell the loss what to leave out: cross_entropy(…, ignore_index: {Numbers.Text(trial.Setup.PaddingIndex!.Value)}), or fill targets with −100")];
    }

    private static Reading[] Apart(PaddedBatch pair, Tensors bare, Tensors padded) =>
        [.. bare.Zip(padded).Select(both => pair.Apart(both.First, both.Second)).OfType<Reading>()];

    // A table of positions has a vector 0 as well.
    private static bool IsOfTokens(Trial trial, Tensor weight) => weight.shape[0] > trial.Batch.Inputs.Where(input => !input.is_floating_point() && input.dim() == 2).Select(input => input.max().ToInt64()).DefaultIfEmpty().Max();

    private static double Spread(Tensors outputs)
    {
        using var scope = NewDisposeScope();
        return outputs.Where(output => output.is_floating_point()).Select(output => output.detach().to(ScalarType.Float64).nan_to_num()).Max(output => output.flatten(1) is var rows && rows.numel() > 0 ? (rows - rows.narrow(0, 0, 1)).abs().max().ToDouble() : 0);
    }
}
