using System.Diagnostics;
using TrainingGuards.Decoding;
using TrainingGuards.Monitoring;
using TrainingGuards.Trials;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace TrainingGuards;

/// <summary>Watches the user's own training loop: looks into some of its steps, warns of what goes wrong as it happens, and says at the end what was seen.</summary>
/// <remarks>
/// One call a step, between <c>backward()</c> and <c>optimizer.step()</c>, where gradients are there and weights are those that made the loss. It changes nothing: no weight, no gradient, no mode, no random
/// number. Memory does not grow with the length of training. On a GPU the loss of a step that is not looked into stays on the device until the next look.
/// </remarks>
public sealed class TrainingMonitor : IDisposable
{
    private readonly WatchedTraining _training;
    private readonly MonitorOptions _options;
    private readonly List<WatchedCheck> _checks;
    private readonly ParameterStatistics _parameters;
    private readonly PredictionStatistics _predictions;
    private readonly WarningLines _lines;
    private readonly ScalarWriter? _scalars;
    private readonly PendingLosses _pending = new();
    private readonly Sampler _sampler;
    private readonly Detail _wants;
    private readonly LastInputs? _inputs;
    private LayerStatistics? _layers;
    private bool _originTold;
    private bool _looking;
    private bool _ended;
    private long _step;
    private int _epoch;

    /// <summary>Watches the training of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The optimizer over it.</param>
    /// <param name="scheduler">Its learning-rate scheduler; null where there is none.</param>
    /// <param name="options">What is watched; null for the defaults.</param>
    public TrainingMonitor(nn.Module model, Optimizer optimizer, LRScheduler? scheduler = null, MonitorOptions? options = null)
        : this(model, [optimizer], scheduler is null ? [] : [scheduler], options)
    {
    }

    /// <summary>Watches a training by several optimizers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizers">The optimizers over it.</param>
    /// <param name="schedulers">Their learning-rate schedulers; empty where there are none.</param>
    /// <param name="options">What is watched; null for the defaults.</param>
    public TrainingMonitor(nn.Module model, IReadOnlyList<Optimizer> optimizers, IReadOnlyList<LRScheduler> schedulers, MonitorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizers);
        ArgumentNullException.ThrowIfNull(schedulers);
        _options = options ?? new();
        if (!(_options.MaximumOverhead > 0)) throw new ArgumentOutOfRangeException(nameof(options), _options.MaximumOverhead, "MaximumOverhead is a share of training's time above 0; 0.02 is 2 %.");
        _training = new(model, optimizers, schedulers)
        {
            TotalSteps = _options.TotalSteps,
            ExamplesPerEpoch = _options.ExamplesPerEpoch,
            ClippingNorm = _options.ClippingNorm,
            ScheduledBy = _options.ScheduledBy,
            HasFixedExamples = _options.FixedInputs is not null,
        };
        _checks = [.. _options.Checks.Select(check => new WatchedCheck(check, check.Begin(_training), Description))];
        _wants = _checks.Aggregate(Detail.Loss, (all, check) => all | check.Watch.Wants);
        _parameters = new(model);
        _predictions = new(model, _options.FixedTargets, _options.IgnoreIndex);
        _lines = new(_options.Warned, _options.Ended, _options.Logger);
        _scalars = _options.Writer is { } writer ? new(writer) : null;
        _inputs = _wants.HasFlag(Detail.Origin) ? new(model) : null;
        _sampler = new(_options.MaximumOverhead);
        LookIntoNext();
    }

    /// <summary>The share of training's time that watching has taken so far, but for the first look, in which what looks is compiled; 0.01 is 1 %.</summary>
    public double Overhead => _sampler.Share;

    /// <summary>How many steps there have been.</summary>
    public long Steps => _step;

    /// <summary>The claims that were seen to break so far, each with its first and last step and how often it was seen.</summary>
    public IReadOnlyList<MonitorWarning> Warnings => [.. _checks.Select(check => check.Warning).OfType<MonitorWarning>()];

    private string Description => $"{_training.Model.GetType().Name}, in its own training loop";

    /// <summary>Begins an epoch, where the user wants what is seen told by epochs.</summary>
    public void BeginEpoch() => _epoch++;

    /// <summary>Sees a step: to be called after <c>backward()</c> and before <c>optimizer.step()</c>.</summary>
    /// <param name="loss">The loss, a scalar; it is not kept.</param>
    /// <param name="examples">How many examples the step was made on; 0 where that is not told.</param>
    /// <param name="normBeforeClipping">The norm that <c>clip_grad_norm_</c> returned; null where gradients are not clipped.</param>
    /// <exception cref="ArgumentException">The loss is no scalar.</exception>
    /// <exception cref="GuardException">A claim was seen to break, and <see cref="MonitorOptions.Throws"/> is set.</exception>
    public void Step(Tensor loss, long examples = 0, double? normBeforeClipping = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.numel() != 1) throw new ArgumentException($"The monitor is given a loss of shape [{string.Join(", ", loss.shape)}]. It expects a scalar: take its mean.", nameof(loss));
        long start = Stopwatch.GetTimestamp();
        _step++;
        var sample = new StepSample(_step, double.NaN, LearningRates.Of(_training.Optimizers)) { Epoch = _epoch, Examples = examples, NormBeforeClipping = normBeforeClipping };
        bool looked = _looking;
        if (looked)
        {
            _sampler.Looked(_layers?.Seconds ?? 0);
            sample = sample with { Parameters = _wants.HasFlag(Detail.Parameters) ? _parameters.Read() : null, Activations = _layers?.Read() };
            // A pass of the monitor's own is not to be seen by its hooks.
            Unlook();
            sample = sample with { Predictions = Predictions() };
        }
        if (looked || PendingLosses.IsReadAtOnce(loss.device))
        {
            Tell(_pending.Take());
            Tell(sample with { Loss = loss.ToDouble() });
        }
        else if (_pending.Add(sample, loss)) Tell(_pending.Take());
        _sampler.Stepped(Stopwatch.GetElapsedTime(start).TotalSeconds, looked);
        LookIntoNext();
    }

    /// <summary>Sees a step whose loss is already a number.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="examples">How many examples the step was made on; 0 where that is not told.</param>
    /// <param name="normBeforeClipping">The norm that <c>clip_grad_norm_</c> returned; null where gradients are not clipped.</param>
    /// <exception cref="GuardException">A claim was seen to break, and <see cref="MonitorOptions.Throws"/> is set.</exception>
    public void Step(double loss, long examples = 0, double? normBeforeClipping = null)
    {
        using Tensor number = tensor(loss, dtype: ScalarType.Float64);
        Step(number, examples, normBeforeClipping);
    }

    /// <summary>Sees what an evaluation on the validation examples gave: to be called after it.</summary>
    /// <param name="metric">Its loss, or another number.</param>
    /// <param name="higherIsBetter">Whether a larger number is a better model, as of an accuracy.</param>
    public void Validated(double metric, bool higherIsBetter = false)
    {
        var sample = new ValidationSample(_step, _epoch, metric, higherIsBetter);
        foreach (WatchedCheck check in _checks) check.Watch.SeeValidation(sample);
        _scalars?.Write(sample);
    }

    /// <summary>What has been seen, as if training ended here.</summary>
    public IReadOnlyList<Verdict> Verdicts()
    {
        Tell(_pending.Take());
        return [.. _checks.Select(check => check.Verdict(finished: true))];
    }

    /// <summary>Ends the watch: tells of what shows only when training is over, and how long each that was told of went on.</summary>
    /// <returns>What was found.</returns>
    /// <exception cref="GuardException">A claim is seen to break at the end, and <see cref="MonitorOptions.Throws"/> is set.</exception>
    public IReadOnlyList<Verdict> Finish()
    {
        Tell(_pending.Take());
        if (!_ended)
            foreach (WatchedCheck check in _checks) Warn(check.Finish(_step));
        TellEnds();
        return Verdicts();
    }

    /// <summary>Takes the monitor's hooks off the model; tells how long each claim that was told of went on, where <see cref="Finish"/> has not.</summary>
    public void Dispose()
    {
        TellEnds();
        Unlook();
        _predictions.Dispose();
        _inputs?.Dispose();
        _parameters.Dispose();
        _pending.Dispose();
    }

    private void Tell(IReadOnlyList<StepSample> steps)
    {
        foreach (StepSample one in steps) Tell(one);
    }

    private void Tell(StepSample one)
    {
        StepSample step = Origin(one) is { } origin ? one with { Origin = origin } : one;
        if (step.Parameters is not null || step.Activations is not null || step.Predictions is not null) _scalars?.Write(step);
        foreach (WatchedCheck check in _checks) Warn(check.See(step));
    }

    private void Warn(MonitorWarning? warning)
    {
        if (warning is null) return;
        if (_options.Throws) throw new GuardException([warning.Verdict]);
        _lines.Tell(warning);
    }

    private void TellEnds()
    {
        if (_ended) return;
        _ended = true;
        foreach (MonitorWarning warning in Warnings) _lines.End(warning);
    }

    // Weights are those of the forward pass in the step itself alone; what is read later has lost them.
    private NonFiniteOrigin? Origin(StepSample step)
    {
        if (_inputs is null || _originTold || NonFinitePass.IsFinite(step)) return null;
        _originTold = true;
        return step.Step == _step ? NonFinitePass.Told(_training.Model, _inputs.Value, step, inputs => ForwardCall.Invoke(_training.Model, inputs), step.Parameters ?? _parameters.Read()) : NonFinitePass.TooLate(_step - step.Step);
    }

    private IReadOnlyList<PredictionSample>? Predictions() =>
        _options.FixedInputs is { } inputs && _wants.HasFlag(Detail.Predictions) ? _predictions.Read(() => ForwardCall.Invoke(_training.Model, inputs)) : null;

    private void LookIntoNext()
    {
        _looking = _sampler.IsDue;
        if (!_looking) return;
        // What a look costs before its step counts as well: the copies of the weights, the hooks.
        long start = Stopwatch.GetTimestamp();
        if (_wants.HasFlag(Detail.Parameters)) _parameters.Keep();
        if (_wants.HasFlag(Detail.Activations)) _layers = new(_training.Model);
        _sampler.Looked(Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private void Unlook()
    {
        _layers?.Dispose();
        _layers = null;
        _looking = false;
    }
}
