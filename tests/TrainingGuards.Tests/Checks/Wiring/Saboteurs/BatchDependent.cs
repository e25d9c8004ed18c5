using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>[n, 8] → logits [n, 4], with a block in the middle that sees more than an example.</summary>
internal sealed class BatchDependent : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly nn.Module<Tensor, Tensor> block;
    private readonly Linear head = nn.Linear(32, 4);

    public BatchDependent(nn.Module<Tensor, Tensor> block) : base(nameof(BatchDependent))
    {
        this.block = block;
        RegisterComponents();
    }

    public static Setup Setup(Func<nn.Module<Tensor, Tensor>> block) => SoundSetups.Classifier with { Model = () => new BatchDependent(block()), Evaluate = null };

    public override Tensor forward(Tensor x) => head.call(block.call(hidden.call(x)).relu());
}

/// <summary>The mean of the batch is taken from each example.</summary>
internal sealed class CentresBatch() : nn.Module<Tensor, Tensor>(nameof(CentresBatch))
{
    public override Tensor forward(Tensor x)
    {
        Tensor centre = x.mean([0L], keepdim: true); // centre
        return x - centre;
    }
}

/// <summary>Each example is divided by the number of examples.</summary>
internal sealed class DividesByBatchSize() : nn.Module<Tensor, Tensor>(nameof(DividesByBatchSize))
{
    public override Tensor forward(Tensor x)
    {
        Tensor doubled = x * 2;
        return doubled / x.shape[0]; // divided
    }
}

/// <summary>Each feature is divided by its standard deviation over the batch.</summary>
internal sealed class StandardisesBatch() : nn.Module<Tensor, Tensor>(nameof(StandardisesBatch))
{
    public override Tensor forward(Tensor x)
    {
        Tensor deviation = x.std(0, unbiased: true, keepdim: true); // deviation
        return x / deviation;
    }
}

/// <summary>All dimensions of size 1 are squeezed out: of a single example its own too.</summary>
internal sealed class SqueezesAll() : nn.Module<Tensor, Tensor>(nameof(SqueezesAll))
{
    public override Tensor forward(Tensor x)
    {
        Tensor pooled = x.unsqueeze(-1);
        return pooled.squeeze(); // squeezed
    }
}

/// <summary>Refuses a single example.</summary>
internal sealed class NeedsTwo() : nn.Module<Tensor, Tensor>(nameof(NeedsTwo))
{
    public override Tensor forward(Tensor x) => x.shape[0] > 1 ? x * 1 : throw new InvalidOperationException("Two at least.");
}
