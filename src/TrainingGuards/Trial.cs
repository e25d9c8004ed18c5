using TorchSharp.Modules;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace TrainingGuards;

/// <summary>One fresh build of a setup: a model, an optimizer and batches, seeded, on one device. Disposing it leaves nothing of the user's changed.</summary>
public sealed class Trial : IDisposable
{
    private readonly TorchState _torch;
    private readonly SharedState _shared;
    private readonly IDisposable _sharedCopy;
    private readonly CostCounter _cost;
    private readonly TrialBatches _batches;
    private IReadOnlyList<Optimizer>? _optimizers;
    private IReadOnlyList<LRScheduler>? _schedulers;
    private bool _lossChecked;

    private Trial(Setup setup, Opening opening, CostCounter cost)
    {
        Setup = setup;
        (Device, Model, _shared, _sharedCopy, _torch) = (opening.Device, opening.Model, opening.Shared, opening.SharedCopy, opening.Torch);
        _cost = cost;
        _batches = new(new(setup, Device), Model);
    }

    /// <summary>What is built here.</summary>
    public Setup Setup { get; }

    /// <summary>The model, on <see cref="Device"/>, in training mode.</summary>
    public nn.Module Model { get; }

    /// <summary>Where model and batches are.</summary>
    public Device Device { get; }

    /// <summary>Asks the check to stop: it is tested at every pass.</summary>
    public CancellationToken Cancellation => _cost.Cancellation;

    /// <summary>What all trials of the check have cost so far.</summary>
    public Cost Cost => _cost.Total;

    /// <summary>The first batch that the setup yields: a copy on <see cref="Device"/>.</summary>
    /// <exception cref="SetupException">It has fewer than two examples, disagreeing sizes, or NaN in it.</exception>
    public Batch Batch => _batches.First;

    /// <summary>The user's optimizers over this model, mostly one.</summary>
    /// <exception cref="SetupException">The setup has none.</exception>
    public IReadOnlyList<Optimizer> Optimizers => _optimizers ??= Unscoped.Call(() => SetupValidation.BuildOptimizers(Setup, Model));

    /// <summary>The scheduler of each optimizer; empty where the setup has none.</summary>
    public IReadOnlyList<LRScheduler> Schedulers => _schedulers ??= Unscoped.Call(() => SetupValidation.BuildSchedulers(Setup, Optimizers));

    /// <summary>The parameters by their paths, those that require gradients and those that are frozen.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> Parameters => Model.named_parameters();

    /// <summary>How many tensors the trial itself keeps of the batches that it has drawn.</summary>
    internal int BatchTensors => _batches.Tensors;

    /// <summary>Whether training steps leave dropout out; for telling whether it is what prevents learning.</summary>
    internal bool WithoutDropout { get; set; }

    /// <summary>What verdicts of it were measured on.</summary>
    internal SetupFacts Facts => new(Model.GetType().Name, _batches.Size, Setup.Seed, Device.ToString());

    /// <summary>Builds the setup; what the process and the user own is copied first and put back by <see cref="Dispose"/>.</summary>
    /// <exception cref="SetupException">The setup cannot be built as it was given.</exception>
    internal static Trial Start(Setup setup, CostCounter cost) => new(setup, Opening.Of(setup), cost);

    /// <summary>Another fresh build beside this one, of the same setup or a changed one, counted with it.</summary>
    /// <param name="change">What is different there; null for nothing.</param>
    public Trial Again(Func<Setup, Setup>? change = null) => Unscoped.Call(() => Start(change is null ? Setup : change(Setup), _cost));

    /// <summary>The next batch that the setup yields: a copy on <see cref="Device"/>.</summary>
    /// <exception cref="SetupException">It has fewer than two examples, disagreeing sizes, or NaN in it.</exception>
    public Batch NextBatch() => _batches.Next();

    /// <summary>So many training steps are about to be made, or fewer; for progress.</summary>
    internal void Expect(int steps) => _cost.Expect(steps);

    /// <summary>
    /// The next batch of a training of many steps: it lives until another is drawn so, as that of a DataLoader does, and with it those that the step draws. The first of all,
    /// <see cref="Batch"/>, stays, and what the model keeps in fields.
    /// </summary>
    /// <exception cref="SetupException">It has fewer than two examples, disagreeing sizes, or NaN in it.</exception>
    internal Batch PassingBatch() => _batches.Passing();

    /// <summary>Takes over a batch that was cut out of another: it lives as long as the trial.</summary>
    internal Batch Own(Batch batch) => _batches.Own(batch);

    /// <summary>A forward pass in the mode that the model is in.</summary>
    public Tensors Forward(Tensors inputs)
    {
        _cost.Forward();
        return Call(inputs);
    }

    /// <summary>A forward pass of a part of the model; it counts as one of the whole.</summary>
    internal Tensors ForwardOf(nn.Module part, Tensors inputs)
    {
        _cost.Forward();
        return ForwardCall.Invoke(part, inputs);
    }

    /// <summary>A forward pass of another model of the user's, called as the setup calls its own.</summary>
    internal Tensors ForwardThrough(nn.Module model, Tensors inputs)
    {
        _cost.Forward();
        return Setup.Forward is { } forward ? forward(model, inputs) : ForwardCall.Invoke(model, inputs);
    }

    /// <summary>Whether a part of the model, or anything in it, is the user's own and the same in every build.</summary>
    internal bool IsShared(nn.Module part) => _shared.IsIn(part);

    /// <summary>The user's loss of a forward pass: a scalar.</summary>
    /// <exception cref="SetupException">The setup has no loss, targets are out of range, or the loss is not a scalar.</exception>
    public Tensor Loss(Tensors outputs, Tensors targets)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(targets);
        if (!_lossChecked) SetupValidation.CheckTargets(Setup, outputs, targets);
        Tensor loss = SetupValidation.CallLoss(Setup, outputs, targets);
        _lossChecked = true;
        return loss;
    }

    /// <summary>A backward pass from a loss, into the gradients of the parameters.</summary>
    public void Backward(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        _cost.Backward();
        loss.backward();
    }

    /// <summary>Gradients of one tensor, weighted by <paramref name="cotangent"/>, with respect to others; null where one does not depend on the other.</summary>
    public IReadOnlyList<Tensor?> Gradients(Tensor of, IReadOnlyList<Tensor> withRespectTo, Tensor cotangent)
    {
        ArgumentNullException.ThrowIfNull(of);
        _cost.Backward();
        if (!of.requires_grad) return [.. withRespectTo.Select(_ => (Tensor?)null)];
        return [.. autograd.grad([of], [.. withRespectTo], [cotangent], retain_graph: true, allow_unused: true)
            .Select(gradient => gradient is null || gradient.IsInvalid ? null : gradient)];
    }

    /// <summary>The batches of an epoch as the user's data yields them, neither copied nor moved; each lives until the next one.</summary>
    /// <param name="examples">One of the setup's sets.</param>
    public IEnumerable<Batch> Epoch(Examples examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        using IEnumerator<Batch> batches = Unscoped.Call(() => examples.Epoch().GetEnumerator());
        while (Unscoped.Call(batches.MoveNext))
        {
            Batch batch = batches.Current;
            _cost.Read(batch.Size);
            yield return batch;
        }
    }

    /// <summary>One example of a set that can be read by index, as the user's data yields it, neither copied nor moved: a batch of one.</summary>
    public Batch Example(Examples examples, long index)
    {
        ArgumentNullException.ThrowIfNull(examples);
        _cost.Read(1);
        return Unscoped.Call(() => examples.Example(index));
    }

    /// <summary>One training step on a batch: the user's own, else gradients to zero, forward, loss, backward, update. Returns the loss before the update.</summary>
    /// <exception cref="SetupException">The setup lacks a loss or an optimizer, or the loss is not a scalar.</exception>
    public double Step(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _ = Optimizers;
        using IDisposable scope = Scope();
        return StepUnscoped(batch);
    }

    /// <summary>The same without a dispose scope around it: what it leaves behind is left to who holds it, else to the garbage collector.</summary>
    internal double StepUnscoped(Batch batch)
    {
        var step = new TrainingStep(Model, Optimizers, Schedulers, batch, _batches.OfStep);
        _cost.Step();
        Model.train();
        if (WithoutDropout)
            foreach (nn.Module dropout in Model.modules().Where(ModuleKind.IsDropout)) dropout.eval();
        return Setup.Step is { } own ? own(step) : DefaultStep.Of(step, this);
    }

    /// <summary>The loss that a training step of the default kind goes down: that of a forward pass in the mode that the model is in, and the penalty.</summary>
    internal Tensor TrainingLoss(Batch batch)
    {
        Tensor loss = Loss(Call(batch.Inputs), batch.Targets);
        return Setup.Penalty is { } penalty ? loss + penalty(Model) : loss;
    }

    /// <summary>The training loss of a forward pass that is made to be looked at, not to train.</summary>
    internal Tensor MeasuredLoss(Batch batch)
    {
        _cost.Forward();
        return TrainingLoss(batch);
    }

    /// <summary>Puts the model into evaluation mode until the returned scope is disposed; then each module is as it was.</summary>
    public IDisposable Evaluating() => new EvaluationMode(Model);

    /// <summary>A dispose scope for the tensors of passes; what modules keep in fields, and what the setup's delegates build, outlives it.</summary>
    public IDisposable Scope() => new PassScope(Model);

    /// <summary>Ends the trial: what belongs to the user is as it was before, what the trial made is disposed of.</summary>
    public void Dispose()
    {
        foreach (Optimizer optimizer in _optimizers ?? []) optimizer.Dispose();
        _sharedCopy.Dispose();
        _shared.DisposeOwn(Model);
        _batches.Dispose();
        _torch.Dispose();
    }

    private Tensors Call(Tensors inputs) => Setup.Forward is { } forward ? forward(Model, inputs) : ForwardCall.Invoke(Model, inputs);
}
