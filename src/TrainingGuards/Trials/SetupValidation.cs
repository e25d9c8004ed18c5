using TrainingGuards.Reporting;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace TrainingGuards.Trials;

/// <summary>Builds the parts of a setup and refuses what no check could make sense of, in the user's words.</summary>
internal static class SetupValidation
{
    private const string OptimizerExpected = "a delegate that builds an optimizer over the parameters it is given";
    private const string OptimizerRemedy = "set Optimizer = parameters => torch.optim.AdamW(parameters, lr: 1e-3)";

    public static void CheckDelegates(Setup setup)
    {
        if (setup.Model is null)
            throw new SetupException(given: "no Model", expected: "a delegate that builds a new model", remedy: "set Model = () => new MyModel(…)");
        if (setup.Batch is null && setup.Training is null)
            throw new SetupException(given: "no Batch and no Training", expected: "a delegate that yields inputs and targets, or the training examples", remedy: "set Batch = () => (inputs, targets), or Training = Examples.From(…)");
        if (setup.Epochs is <= 0)
            throw new SetupException(given: $"Epochs = {setup.Epochs}", expected: "at least 1", remedy: "set Epochs to how many epochs you train for, or leave it out");
        OneOf("remove Loss where there are several outputs or targets", (nameof(Setup.Loss), setup.Loss), (nameof(Setup.JointLoss), setup.JointLoss), (nameof(Setup.LossTerms), setup.LossTerms));
        OneOf("remove Optimizer where groups or a part of the parameters are trained", (nameof(Setup.Optimizer), setup.Optimizer), (nameof(Setup.OptimizerFor), setup.OptimizerFor), (nameof(Setup.Optimizers), setup.Optimizers));
    }

    public static nn.Module BuildModel(Setup setup) =>
        setup.Model!() ?? throw new SetupException(given: "a Model that returns null", expected: "a new model", remedy: "return a model from the delegate");

    public static IReadOnlyList<Optimizer> BuildOptimizers(Setup setup, nn.Module model)
    {
        IReadOnlyList<Optimizer>? optimizers = setup.Optimizers is { } several ? several(model)
            : setup.OptimizerFor is { } build ? [build(model)]
            : setup.Optimizer is { } simple ? [simple(model.parameters())]
            : throw new SetupException(given: "no Optimizer, and the check trains", expected: OptimizerExpected, remedy: OptimizerRemedy);
        return optimizers is { Count: > 0 } && optimizers.All(optimizer => optimizer is not null)
            ? optimizers
            : throw new SetupException(given: "an Optimizer that returns null", expected: OptimizerExpected, remedy: OptimizerRemedy);
    }

    public static IReadOnlyList<LRScheduler> BuildSchedulers(Setup setup, IReadOnlyList<Optimizer> optimizers) =>
        setup.Scheduler is not { } build ? [] : [.. optimizers.Select(optimizer => build(optimizer)
            ?? throw new SetupException(given: "a Scheduler that returns null", expected: "a delegate that builds the scheduler of the optimizer it is given", remedy: "set Scheduler = optimizer => torch.optim.lr_scheduler.StepLR(optimizer, 30)"))];

    /// <summary>The user's loss, which must be a scalar.</summary>
    public static Tensor CallLoss(Setup setup, Tensors outputs, Tensors targets)
    {
        Tensor loss = setup.LossTerms is { } terms ? terms(outputs, targets).Values.Aggregate((sum, term) => sum + term)
            : setup.JointLoss is { } joint ? joint(outputs, targets)
            : setup.Loss is { } single ? single(Only(outputs, "outputs"), Only(targets, "targets"))
            : throw new SetupException(given: "no Loss, and the check needs one", expected: "a delegate from output and target to a scalar", remedy: "set Loss = (output, target) => torch.nn.functional.cross_entropy(output, target)");
        if (loss is null || loss.numel() != 1)
        {
            throw new SetupException(
                given: loss is null ? "a Loss that returns null" : $"a loss of shape {ShapeText.Of(loss)}",
                expected: "a scalar, a tensor of one element",
                remedy: "take its mean, or leave out reduction: Reduction.None");
        }
        return loss;
    }

    /// <summary>Refuses class indices that the output has no column for: on a GPU such an index corrupts the process before it throws.</summary>
    public static void CheckTargets(Setup setup, Tensors outputs, Tensors targets)
    {
        if (outputs.Count != 1 || targets.Count != 1) return;
        Tensor output = outputs[0], target = targets[0];
        if (Classes(output, target) is not { } classes) return;
        using var scope = NewDisposeScope();
        Tensor real = target.masked_select(target.ne(setup.IgnoreIndex));
        if (real.numel() == 0) return;
        long lowest = real.min().ToInt64(), highest = real.max().ToInt64();
        if (lowest >= 0 && highest < classes) return;
        throw new SetupException(
            given: $"class targets from {Numbers.Text(lowest)} to {Numbers.Text(highest)} and an output of shape {ShapeText.Of(output)}",
            expected: $"targets from 0 to {Numbers.Text(classes - 1)}, one for each column of the output",
            remedy: "count classes from 0, give the last layer a column for each, or set Setup.IgnoreIndex where an index is to be ignored");
    }

    /// <summary>The number of classes where targets are class indices for an output of one more dimension; else null.</summary>
    public static long? Classes(Tensor output, Tensor target)
    {
        if (target.dtype is not (ScalarType.Int64 or ScalarType.Int32) || output.dim() != target.dim() + 1 || output.dim() < 2) return null;
        long[] shape = output.shape;
        bool second = shape.Where((_, d) => d != 1).SequenceEqual(target.shape), last = shape.AsSpan()[..^1].SequenceEqual(target.shape);
        return second && last ? Math.Max(shape[1], shape[^1]) : second ? shape[1] : last ? shape[^1] : null;
    }

    public static void CheckBatch(Batch batch)
    {
        if (batch.Inputs.Count == 0 || batch.Targets.Count == 0)
            throw new SetupException(given: $"a batch of {batch.Inputs.Count} inputs and {batch.Targets.Count} targets", expected: "at least one of each", remedy: "return (inputs, targets) from Batch");
        foreach ((Tensors tensors, string kind) in new[] { (batch.Inputs, "input"), (batch.Targets, "target") })
        {
            for (int i = 0; i < tensors.Count; i++)
            {
                if (tensors[i] is null || tensors[i].IsInvalid)
                    throw new SetupException(given: $"{tensors.NameOf(i, kind)} that is {(tensors[i] is null ? "null" : "disposed")}", expected: "a live tensor", remedy: "build it in Batch; a batch of a DataLoader lives until the next one");
                CheckNumbers(tensors[i], tensors.NameOf(i, kind));
            }
        }
        if (batch.Size < 2)
            throw new SetupException(given: $"a batch of {batch.Size} with an input of shape {batch.Inputs.Shapes}", expected: "at least 2 examples along the first dimension", remedy: "yield more examples; for one example add a batch dimension with unsqueeze(0) and yield two");
        for (int i = 0; i < batch.Targets.Count; i++)
        {
            Tensor target = batch.Targets[i];
            if (target.dim() == 0 || target.shape[0] != batch.Size)
                throw new SetupException(given: $"{Numbers.Text(batch.Size)} inputs {batch.Inputs.Shapes} and a {batch.Targets.NameOf(i, "target")} of shape {ShapeText.Of(target)}", expected: "as many targets as inputs along the first dimension", remedy: "check that inputs and targets are cut from the data in the same way");
        }
    }

    private static void CheckNumbers(Tensor tensor, string name)
    {
        if (!tensor.is_floating_point()) return;
        using var scope = NewDisposeScope();
        Tensor bad = tensor.detach().isfinite().logical_not();
        long count = bad.sum().ToInt64();
        if (count == 0) return;
        long position = bad.flatten().to(ScalarType.Int32).argmax().ToInt64();
        long perExample = tensor.dim() == 0 ? 1 : Math.Max(1, tensor.numel() / Math.Max(1, tensor.shape[0]));
        throw new SetupException(
            given: $"{Numbers.Text(count)} NaN or infinite numbers in {name} of shape {ShapeText.Of(tensor)}, the first in example {Numbers.Text(position / perExample)}",
            expected: "finite numbers",
            remedy: "drop or repair such examples where the data is read; a division by a zero standard deviation is the usual origin");
    }

    private static void OneOf(string remedy, params (string Name, Delegate? Value)[] members)
    {
        string[] given = [.. members.Where(member => member.Value is not null).Select(member => member.Name)];
        if (given.Length > 1) throw new SetupException(given: $"both {given[0]} and {given[1]}", expected: "one of them", remedy: remedy);
    }

    private static Tensor Only(Tensors tensors, string kind) => tensors.Count == 1
        ? tensors[0]
        : throw new SetupException(given: $"Loss, and {tensors.Count} {kind} {tensors.Shapes}", expected: "one output and one target", remedy: "set JointLoss = (outputs, targets) => … instead of Loss");
}
