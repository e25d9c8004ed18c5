using TrainingGuards.Monitoring;

namespace TrainingGuards.Benchmarks;

/// <summary>A check that wants everything that there is to read, so that the whole of it is measured, whatever the others want.</summary>
internal sealed class WantsAll() : DynamicsCheck(steps: 1)
{
    public override string Claim => "It wants all.";

    /// <summary>Into how many steps was looked.</summary>
    public int Looks { get; private set; }

    protected override Watch Begin(WatchedTraining training) => new All(this);

    private sealed class All(WantsAll check) : Watch
    {
        public override Detail Wants => Detail.Parameters | Detail.Activations | Detail.Predictions | Detail.Origin;

        public override void See(StepSample sample) => check.Looks += sample.Parameters is null ? 0 : 1;

        public override Findings Findings(bool finished) => TrainingGuards.Findings.NotApplicable("it counts");
    }
}
