using TrainingGuards.Decoding;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Data;

/// <summary>Inputs tell something of their labels, where simple means can see it: each batch has the labels of its own inputs.</summary>
/// <remarks>
/// Targets of their inputs' shape are compared with them. Else nearest neighbours among half of 1,024 examples, and a ridge regression on them where neighbours see nothing, tell the labels of the other half; z is exact over all orders of the labels. From 5 on the claim holds. Below 3 it is broken
/// where another source of the same setup shows 12 or more: training examples as they are stored (<see cref="TrainingGuards.Examples.Plain"/>), validation or test examples, or training examples read by index; or where training and validation disagree with z ≤ −5. Many sound data sets are at chance for such means: by
/// itself that is never a failure, unless <c>visible</c> says that the relation must be seen. Cost: no pass of the model; up to 1,024 examples of training and of validation, as many as they are stored, of test and by index to explain a failure.
/// </remarks>
/// <param name="visible">Whether it is known that nearest neighbours or a linear model tell the labels better than chance.</param>
/// <param name="examples">How many examples of each set are read at most.</param>
public sealed class InputsMatchLabels(bool visible = false, int examples = 1024) : Check
{
    private const double Seen = 5, Nothing = 3, Clear = 12, Backwards = 0.5;
    private const int Fewest = 64, Run = 16;

    /// <summary>Whether it is known that nearest neighbours or a linear model tell the labels better than chance.</summary>
    public bool Visible { get; } = visible;

    /// <summary>How many examples of each set are read at most.</summary>
    public int Examples { get; } = examples >= Fewest ? examples : throw new ArgumentOutOfRangeException(nameof(examples), examples, "Agreement is told by at least 64 examples.");

    /// <inheritdoc/>
    public override string Claim => "Each input comes with the label that is its own.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Examples? training = trial.Setup.Training;
        using LabelledInputs own = LabelledInputs.Of(training is null ? DrawnBatches.Of(trial, Examples) : trial.Epoch(training), Examples);
        if (training is null && own.Count < Fewest) return Findings.NotApplicable($"the setup gives no Training, and Batch yields {Numbers.Text(own.Count)} examples; set Training = Examples.From(…)");
        if (own.Count < Fewest) return Findings.Inconclusive($"at least {Numbers.Text(Fewest)} examples; Training has {Numbers.Text(own.Count)}");
        IReadOnlyList<LabelRelation> relations = LabelRelation.Within(own, Seen);
        if (relations.Count == 0) return Findings.NotApplicable($"the targets of {Numbers.Text(own.Count)} training examples have one value only");
        LabelRelation best = relations.MaxBy(relation => relation.Z)!;
        if (best.Z >= Seen) return Confirmed(trial, own, relations, best);

        string seen = $"neither nearest neighbours (agreement {Numbers.Text(best.Agreement)}, chance {Numbers.Text(best.Chance)}) nor a linear probe tell the labels of {Numbers.Text(own.Count)} examples better than chance, z = {Numbers.Text(best.Z)}";
        var causes = new List<Cause>();
        if (best.Z < Nothing)
        {
            if (training is not null && !ReferenceEquals(training, training.Plain))
            {
                using LabelledInputs stored = LabelledInputs.Of(trial.Epoch(training.Plain), Examples);
                Compare(stored, "training examples as they are stored", "augmentation parts inputs from their labels, or leaves too little of them", "look at twenty augmented pairs; let augmentation keep the order of a batch in inputs and labels alike, and change less");
            }
            // What augmentation lost was there before: what other sets show says no more of it.
            foreach ((string name, Examples set) in causes.Count > 0 ? [] : HeldOutSets.Of(trial.Setup))
            {
                using LabelledInputs other = LabelledInputs.Of(trial.Epoch(set), Examples);
                Compare(other, $"{name} examples", "inputs and labels of the training batches are not those of one example", "read, filter, sort and shuffle inputs and labels together: one permutation for both");
            }
            if (causes.Count == 0 && training is { HasIndex: true, Count: > 0 }) ByIndex(trial, training, causes, Compare);
        }
        if (causes.Count > 0 || Visible)
        {
            if (causes.Count == 0)
                causes.Add(new($"{seen}: inputs and labels are not those of one example, or labels are noise", "look at twenty pairs as they enter the model; read, filter, sort and shuffle inputs and labels together"));
            return new() { Claims = [Relation(best)], Causes = causes };
        }
        return Findings.NotApplicable($"{seen}. Sound data can be so, fine-grained images or parity; where it cannot be, look at twenty pairs, and say visible: true");

        void Compare(LabelledInputs other, string where, string what, string remedy)
        {
            if (other.Count < Fewest || LabelRelation.Within(other, Clear).MaxBy(relation => relation.Z) is not { Z: >= Clear } clear) return;
            causes.Add(new($"{clear.Probe} tell {clear.Column} of {Numbers.Text(other.Count)} {where} with z = {Numbers.Text(clear.Z)}, and of {Numbers.Text(own.Count)} training examples in batches with z = {Numbers.Text(best.Z)}: {what}", remedy));
        }
    }

    private Findings Confirmed(Trial trial, LabelledInputs own, IReadOnlyList<LabelRelation> relations, LabelRelation best)
    {
        string[] atChance = [.. relations.Where(relation => relation.Z < Nothing).Select(relation => relation.Column)];
        var claims = new List<Measurement> { Relation(best) };
        var causes = new List<Cause>();
        if (trial.Setup.Validation is { } validation && own.Labels.Any(column => column.Name == best.Column && (column.IsIndex || column.IsClass)))
        {
            using LabelledInputs other = LabelledInputs.Of(trial.Epoch(validation), Examples);
            if (other.Count >= Fewest)
            {
                using LabelledInputs both = LabelledInputs.Joined(own, other);
                int[] from = [.. Enumerable.Range(0, own.Count)], to = [.. Enumerable.Range(own.Count, other.Count)];
                if (LabelRelation.Between(both, from, to, -Seen, i => i).FirstOrDefault(relation => relation.Column == best.Column) is { } across && (across.Z >= -Seen || across.Agreement < Backwards * across.Chance))
                {
                    claims.Add(new("z of labels told from training to validation", Bound.AtLeast(-Seen), across.Z, $"in {across.Column}"));
                    if (across.Z < -Seen)
                    {
                        causes.Add(new(
                            $"validation examples have the label of their nearest training example in {Numbers.Text(100 * across.Agreement)} % of cases, less than the {Numbers.Text(100 * across.Chance)} % of chance: the two sets number their classes differently",
                            "make the numbers of the classes once, from their sorted names, and use them for all sets"));
                    }
                }
            }
        }
        return new() { Claims = claims, Causes = causes, Notes = atChance.Length == 0 ? [] : [$"{Words.List(atChance)}: at chance for nearest neighbours and a linear probe"] };
    }

    private void ByIndex(Trial trial, Examples training, List<Cause> causes, Action<LabelledInputs, string, string, string> compare)
    {
        // Runs of neighbours, spread over the set: by them labels that are moved by one example are seen.
        long runs = Math.Max(1, Math.Min(Examples, training.Count!.Value) / Run);
        long[] starts = RepeatedFetches.Spread(training, (int)runs);
        using LabelledInputs read = LabelledInputs.Of(starts.SelectMany(start => Enumerable.Range(0, Run).Select(i => trial.Example(training, Math.Min(start + i, training.Count.Value - 1)))), int.MaxValue);
        compare(read, "training examples read by index", "the loader parts inputs from their labels", "let one permutation choose inputs and labels of a batch");
        if (causes.Count > 0 || read.Count < 4 * Run || !Visible) return;
        int[] inner = [.. Enumerable.Range(0, read.Count).Where(i => i % Run is > 0 and < Run - 1)];
        foreach (int by in new[] { 1, -1 })
        {
            LabelRelation? moved = LabelRelation.Between(read, [.. inner.Where(i => i / Run % 2 == 0)], [.. inner.Where(i => i / Run % 2 == 1)], Clear, i => i + by).MaxBy(relation => relation.Z);
            if (moved is not { Z: >= Clear }) continue;
            causes.Add(new(
                $"input i tells the {moved.Column} of example {(by > 0 ? "i + 1" : "i − 1")} with z = {Numbers.Text(moved.Z)}, and its own with none: labels are moved by one example against the inputs",
                "skip as many header lines of the labels as of the inputs, and read both with the same index"));
        }
    }

    private static Measurement Relation(LabelRelation relation) => new("z of labels told from inputs", Bound.AtLeast(Seen), relation.Z, $"in {relation.Column}, by {relation.Probe}");
}
