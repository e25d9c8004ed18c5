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
    private readonly PendingLosses _pending = new();
    private readonly Sampler _sampler;
    private readonly Detail _wants;
    private readonly LastInputs? _inputs;
    private LayerStatistics? _layers;
    private bool _originTold;
    private bool _looking;
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
        };
        _checks = [.. _options.Checks.Select(check => new WatchedCheck(check, check.Begin(_training), Description))];
        _wants = _checks.Aggregate(Detail.Loss, (all, check) => all | check.Watch.Wants);
        _parameters = new(model);
        _inputs = _wants.HasFlag(Detail.Origin) ? new(model) : null;
        _sampler = new(_options.MaximumOverhead);
        LookIntoNext();
    }

    /// <summary>The share of training's time that watching has taken so far, but for the first look, in which what looks is compiled; 0.01 is 1 %.</summary>
    public double Overhead => _sampler.Share;

    /// <summary>How many steps there have been.</summary>
    public long Steps => _step;

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
            sample = sample with
            {
                Parameters = _wants.HasFlag(Detail.Parameters) ? _parameters.Read() : null,
                Activations = _layers?.Read(),
                Predictions = Predictions(),
                FixedTargets = _options.FixedTargets,
            };
            Unlook();
        }
        _pending.Add(sample, loss);
        if (looked || _pending.IsFull(loss.device)) Tell(_pending.Take());
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
    }

    /// <summary>What has been seen, as if training ended here.</summary>
    public IReadOnlyList<Verdict> Verdicts()
    {
        Tell(_pending.Take());
        return [.. _checks.Select(check => check.Verdict(finished: true))];
    }

    /// <summary>Takes the monitor's hooks off the model.</summary>
    public void Dispose()
    {
        Unlook();
        _inputs?.Dispose();
        _parameters.Dispose();
        _pending.Dispose();
    }

    private void Tell(IReadOnlyList<StepSample> steps)
    {
        foreach (StepSample one in steps)
        {
            StepSample step = one with { Origin = Origin(one) };
            foreach (WatchedCheck check in _checks)
            {
                if (check.See(step) is not { } warning) continue;
                if (_options.Throws) throw new GuardException([warning.Verdict]);
                if (_options.Warned is { } warned) warned(warning);
                else Console.Error.WriteLine(warning);
            }
            foreach (Tensor prediction in step.Predictions ?? new()) prediction.Dispose();
        }
    }

    // Weights are those of the forward pass in the step itself alone; what is read later has lost them.
    private NonFiniteOrigin? Origin(StepSample step)
    {
        if (_inputs is null || _originTold || NonFinitePass.IsFinite(step)) return null;
        _originTold = true;
        return step.Step == _step ? NonFinitePass.Told(_training.Model, _inputs.Value, step, inputs => ForwardCall.Invoke(_training.Model, inputs), step.Parameters ?? _parameters.Read()) : NonFinitePass.TooLate(_step - step.Step);
    }

    private Tensors? Predictions()
    {
        if (_options.FixedInputs is not { } inputs || !_wants.HasFlag(Detail.Predictions)) return null;
        using IDisposable mode = new EvaluationMode(_training.Model);
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        return ForwardCall.Invoke(_training.Model, inputs).Select(output => output.detach().cpu().clone().DetachFromDisposeScope());
    }

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
