using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>What the losses of <c>torch.nn.functional</c> share.</summary>
internal static class Losses
{
    /// <summary>The loss of each element by a formula, then all of them, their mean or their sum.</summary>
    public static Tensor Of(nn.Reduction reduction, Tensor input, Tensor target, Func<Tensor, Tensor, Tensor> formula) => Op.Composed(input, target, (x, t) =>
    {
        Tensor losses = formula(x, t);
        return reduction switch
        {
            nn.Reduction.None => losses,
            nn.Reduction.Mean => losses.mean(),
            nn.Reduction.Sum => losses.sum(),
            _ => throw new ExternalException($"There is no reduction {(int)reduction}."),
        };
    });

    /// <summary>torch broadcasts a target of another shape and says so on standard error, where few look.</summary>
    public static void WarnOfBroadcast(Tensor input, Tensor target)
    {
        if (input.shape.AsSpan().SequenceEqual(target.shape)) return;
        Console.Error.WriteLine($"Warning: Using a target size ({Text(target)}) that is different to the input size ({Text(input)}). " +
            "This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.");
    }

    /// <summary>Throws where an index is neither a class nor the ignored one.</summary>
    public static void CheckClasses(Tensor target, long classes, long? ignored)
    {
        if (target.dtype != ScalarType.Int64) throw new ExternalException($"Classes are of Int64 (expected scalar type Long), not of {target.dtype}.");
        foreach (long index in target.contiguous().Flat<long>())
        {
            if (index != ignored && (index < 0 || index >= classes)) throw new ExternalException($"Target {index} is out of bounds: there are {classes} classes.");
        }
    }

    public static Tensor BinaryCrossEntropy(Tensor input, Tensor target)
    {
        if (!input.shape.AsSpan().SequenceEqual(target.shape))
        {
            throw new ExternalException($"Binary cross entropy compares element by element: an input of {Text(input)} and a target of {Text(target)} are not of one size.");
        }
        Tensor output;
        using (no_grad())
        {
            if (!(input >= 0).logical_and(input <= 1).all().Peek().Truth) throw new ExternalException("Probabilities are between 0 and 1: not all of the input are. Logits go to binary_cross_entropy_with_logits.");
            output = ((target - 1) * LogOfRest(input)) - (target * Log(input));
        }
        Saved savedInput = Saved.Of(input), savedTarget = Saved.Of(target);

        // The logarithms stop at −100, so that the loss of a certain and wrong answer is finite; its gradient is kept finite by
        // a smallest denominator instead.
        return Op.Record("BinaryCrossEntropyBackward", output, [input, target], gradient =>
        {
            Tensor x = savedInput.Tensor, t = savedTarget.Tensor;
            return [gradient * (x - t) / (x * (1 - x)).clamp_min(1e-12), gradient * (LogOfRest(x) - Log(x))];
        });

        static Tensor Log(Tensor x) => x.log().clamp_min(-100);

        static Tensor LogOfRest(Tensor x) => (-x).log1p().clamp_min(-100);
    }

    /// <summary>−w·x at the target class; zero and without weight where the class is the ignored one.</summary>
    public static Tensor NegativeLogLikelihood(Tensor input, Tensor target, Tensor? weight, nn.Reduction reduction)
    {
        Devices.RequireOne(input, target, weight);
        const long Ignored = -100;
        if (input.dim() == 0 || target.dim() != Math.Max(0, input.dim() - 1))
            throw new ExternalException(input.dim() <= 2 ? $"Each row has one class: a target of {Text(target)} has several (multi-target not supported)." : $"only batches of spatial targets supported ({input.dim() - 1}D tensors) but got targets of dimension: {target.dim()}");
        long dim = input.dim() == 1 ? 0 : 1, classes = input.shape[dim];
        if (input.dim() > 1 && target.shape[0] != input.shape[0])
            throw new ExternalException($"There are as many classes as rows: input batch_size ({input.shape[0]}), target batch_size ({target.shape[0]}).");
        if (input.dim() > 2 && !target.shape.AsSpan().SequenceEqual([input.shape[0], .. input.shape[2..]]))
            throw new ExternalException($"An input of {Text(input)} and a target of {Text(target)} are not of one size.");
        return Op.Composed(input, input =>
        {
            CheckClasses(target, classes, Ignored);
            Tensor counted = target != Ignored, index = target.clamp_min(0);
            Tensor picked = -input.gather(dim, index.unsqueeze(dim)).squeeze(dim);
            Tensor weights = weight is null
                ? counted.to_type(input.dtype)
                : weight.index_select(0, index.reshape(-1)).reshape(target.shape) * counted.to_type(input.dtype);

            // A masked fill, not a product: the ignored value may be infinite.
            Tensor losses = picked.masked_fill(target == Ignored, 0) * weights;
            return reduction switch
            {
                nn.Reduction.None => losses,
                nn.Reduction.Sum => losses.sum(),
                _ => losses.sum() / weights.sum(),
            };
        });
    }

    public static string Text(Tensor tensor) => "[" + string.Join(", ", tensor.shape) + "]";
}
