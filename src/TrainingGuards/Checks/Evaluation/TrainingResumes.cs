using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Evaluation;

/// <summary>A training that is saved after K steps and resumed in a new build makes the next K steps as the one that went on: parameters and buffers equal to the bit.</summary>
/// <remarks>
/// Both are given the same batches, and each step begins from a state of the generator that is its own, so that the generator and the place in the data need not be stored; that they are not is noted.
/// Exact on the CPU; on a GPU, which adds in any order, a difference of up to a tenth of the K steps is rounding. What is missing is told by comparing what the optimizers remember right
/// after loading, and the learning rates of the steps. Cost: 3K S.
/// </remarks>
/// <param name="save">Writes a training to a path, as the program does: the model, the optimizer's state, the schedule. It may write other files beside it.</param>
/// <param name="load">Puts what was written to a path into a training that was built anew, as the program does where it resumes.</param>
/// <param name="steps">K: how many steps are made before it is saved, and how many after.</param>
public sealed class TrainingResumes(Action<TrainingState, string> save, Action<TrainingState, string> load, int steps = 5) : Check
{
    /// <summary>Writes a training to a path.</summary>
    public Action<TrainingState, string> Save { get; } = save ?? throw new ArgumentNullException(nameof(save));

    /// <summary>Puts what was written to a path into a training that was built anew.</summary>
    public Action<TrainingState, string> Load { get; } = load ?? throw new ArgumentNullException(nameof(load));

    /// <summary>How many steps are made before it is saved, and how many after.</summary>
    public int Steps { get; } = steps > 0 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "A training of no step leaves nothing to resume.");

    /// <inheritdoc/>
    public override string Claim => "A training that is saved and resumed goes on as if it had not been interrupted.";

    /// <inheritdoc/>
    public override Suite Suite => Suite.Fit;

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        using var tape = new BatchTape(trial);
        using var folder = new TemporaryFolder();
        string path = folder.File("training.dat");
        using var straight = new ResumableRun(trial, tape, trial.Setup.Seed);
        // Built before anything is trained: what is copied of parts that both share is what the user gave.
        using var resumed = new ResumableRun(trial, tape, trial.Setup.Seed + 1);
        straight.Go(Steps);
        using Tensor generator = get_rng_state();
        Save(straight.State, path);
        using var half = new StateCopy(straight.Trial.Model);
        double[] rates = straight.RatesNow;
        var remembered = straight.Remembered();
        int position = straight.Position;
        straight.Go(Steps);

        Load(resumed.State, path);
        bool storesGenerator;
        using (Tensor now = get_rng_state()) storesGenerator = TensorBits.Same(now, generator);
        Reading[] loaded = [.. ModelState.Of(straight.Trial.Model).Keys.Where(name => half.Of(name) is not null).Select(name => new Reading(Loaded(name), name))];
        var recalled = resumed.Remembered();
        double[] loadedRates = resumed.RatesNow;
        resumed.StandAt(Steps, position);
        resumed.Go(Steps);

        bool onGpu = trial.Device.type == TorchSharp.DeviceType.CUDA;
        Bound expected = SeededRun.Expected(onGpu);
        IReadOnlyDictionary<string, Tensor> one = ModelState.Of(straight.Trial.Model), two = ModelState.Of(resumed.Trial.Model);
        Reading[] apart = [.. one.Select(part => new Reading(two.TryGetValue(part.Key, out Tensor? other) ? Apart(part.Value, other, half.Of(part.Key), onGpu) : double.NaN, part.Key))];
        Reading[] moved = [.. half.Changes().Where(change => change.Value > 0)];
        var findings = new Findings
        {
            Claims = [new($"difference after {Numbers.Text(Steps)} + {Numbers.Text(Steps)} steps, resumed and straight", expected, apart)],
            Controls = [new("tensors that the last steps move", Bound.AtLeast(1), moved.Length)],
            Notes = storesGenerator ? [] : ["load does not put back the state of torch's generator: a resumed training draws other masks and another order than the one that went on"],
        };
        if (findings.Claims[0].Holds) return findings;
        var differing = new ResumeCauses(loaded, remembered, recalled, rates, loadedRates, straight.Rates.Skip(Steps).ToList(), resumed.Rates);
        IReadOnlyList<Cause> causes = differing.Causes();
        return findings with { Causes = causes, Where = ResumeCauses.Where(Save, Load) };

        double Loaded(string name) => ModelState.Of(resumed.Trial.Model).TryGetValue(name, out Tensor? tensor) ? ModelState.Distance(half.Of(name)!, tensor) : double.NaN;
    }

    // On a GPU what is judged is the step: rounding is a hundred-thousandth of it.
    private static double Apart(Tensor straight, Tensor resumed, Tensor? half, bool onGpu)
    {
        double distance = ModelState.Distance(straight, resumed);
        if (!onGpu || half is null || distance == 0 || double.IsNaN(distance)) return distance;
        double step = ModelState.Distance(straight, half);
        return step > 0 ? distance / step : distance;
    }
}
