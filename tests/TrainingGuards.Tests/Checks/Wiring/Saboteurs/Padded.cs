using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>A classifier of padded sequences, tokens [n, 8] → logits [n, 3], with one line between embedding and head.</summary>
internal abstract class Padded : Module<Tensor, Tensor>
{
    protected const int Features = 16;

    private readonly Embedding embedding;
    private readonly Linear head;

    protected Padded(int features = Features, long? padding = 0) : base("padded")
    {
        embedding = Embedding(12, Features, padding_idx: padding);
        head = Linear(features, 3);
    }

    public override Tensor forward(Tensor tokens) => head.call(Encode(embedding.call(tokens), tokens.ne(0)));

    /// <summary>What goes to the head.</summary>
    /// <param name="x">The embedded tokens [n, time, 16].</param>
    /// <param name="real">True at tokens, false at padding [n, time].</param>
    protected abstract Tensor Encode(Tensor x, Tensor real);

    protected static Tensor Mean(Tensor x, Tensor real)
    {
        Tensor mask = real.unsqueeze(-1).to(ScalarType.Float32);
        return (x * mask).sum(1) / mask.sum(1);
    }

    public static Setup Setup(Func<Module> model, bool left = false) => new()
    {
        Model = model,
        Batch = () =>
        {
            Tensor tokens = SampleData.Sentences(16, padding: 0, ignored: 0).Inputs;
            return (left ? tokens.flip(1) : tokens, tokens.select(1, 0).remainder(3));
        },
        Loss = (output, target) => cross_entropy(output, target),
        Optimizer = parameters => optim.AdamW(parameters, lr: 1e-2),
        PaddingIndex = 0,
    };
}

/// <summary>Sound: attention to tokens alone, and their mean.</summary>
internal sealed class AttendsToTokens : Padded
{
    public AttendsToTokens() => RegisterComponents();

    protected override Tensor Encode(Tensor x, Tensor real) =>
        Mean(x.matmul(x.transpose(1, 2)).masked_fill(real.logical_not().unsqueeze(1), float.NegativeInfinity).softmax(-1).matmul(x), real);
}

/// <summary>Attention without a mask.</summary>
internal sealed class AttendsToPadding : Padded
{
    public AttendsToPadding() => RegisterComponents();

    protected override Tensor Encode(Tensor x, Tensor real)
    {
        Tensor scores = x.matmul(x.transpose(1, 2));
        return Mean(scores.softmax(-1).matmul(x), real);
    }
}

/// <summary>Torch's own encoder, with a padding mask, which is sound, or without.</summary>
internal sealed class EncodesPadding : Padded
{
    private readonly TransformerEncoder encoder = TransformerEncoder(TransformerEncoderLayer(Features, 2, dim_feedforward: 32), 1);
    private readonly bool masked;

    public EncodesPadding(bool masked)
    {
        this.masked = masked;
        RegisterComponents();
    }

    protected override Tensor Encode(Tensor x, Tensor real)
    {
        Tensor? padding = masked ? zeros_like(real, dtype: ScalarType.Float32).masked_fill(real.logical_not(), float.NegativeInfinity) : null;
        return Mean(encoder.call(x.transpose(0, 1), null!, padding!).transpose(0, 1), real);
    }
}

/// <summary>The mean over all positions.</summary>
internal sealed class MeanOfAll : Padded
{
    public MeanOfAll() => RegisterComponents();

    protected override Tensor Encode(Tensor x, Tensor real) => x.mean([1L]);
}

/// <summary>The maximum over all positions.</summary>
internal sealed class MaximumOfAll : Padded
{
    public MaximumOfAll() => RegisterComponents();

    protected override Tensor Encode(Tensor x, Tensor real) => x.amax([1L]); // the maximum
}

/// <summary>An LSTM and the mean of its states at tokens, which is sound where it reads forwards and padding comes last.</summary>
internal sealed class ReadsPadding : Padded
{
    private readonly LSTM recurrent;

    public ReadsPadding(bool bidirectional = false) : base(bidirectional ? 2 * Features : Features)
    {
        recurrent = LSTM(Features, Features, batchFirst: true, bidirectional: bidirectional);
        RegisterComponents();
    }

    protected override Tensor Encode(Tensor x, Tensor real) => Mean(recurrent.call(x).Item1, real);
}

/// <summary>An LSTM and its state at the last position.</summary>
internal sealed class ReadsToTheEnd : Padded
{
    private readonly LSTM recurrent = LSTM(Features, Features, batchFirst: true);

    public ReadsToTheEnd() => RegisterComponents();

    protected override Tensor Encode(Tensor x, Tensor real) => recurrent.call(x).Item1.select(1, -1);
}

/// <summary>A module over [n, 16, time] and the mean at tokens.</summary>
internal sealed class OverTime : Padded
{
    private readonly Module<Tensor, Tensor> module;

    public OverTime(Func<Module<Tensor, Tensor>> module, long? padding = 0) : base(padding: padding)
    {
        this.module = module();
        RegisterComponents();
    }

    protected override Tensor Encode(Tensor x, Tensor real) => Mean(module.call(x.transpose(1, 2)).transpose(1, 2), real);
}

/// <summary>Given where tokens are; sound where it leaves out the rest, and else right only as long as padding is embedded as 0.</summary>
internal sealed class GivenTheMask(bool masked) : Module<Tensor, Tensor, Tensor>("given")
{
    private readonly Embedding embedding = Embedding(12, 16, padding_idx: 0);
    private readonly Linear head = Linear(16, 3);

    public static Setup Setup(bool masked) => Padded.Setup(() => new GivenTheMask(masked).Registered()) with
    {
        Batch = () =>
        {
            Tensor tokens = SampleData.Sentences(16, padding: 0, ignored: 0).Inputs;
            return ((tokens, tokens.ne(0)), tokens.select(1, 0).remainder(3));
        },
    };

    public override Tensor forward(Tensor tokens, Tensor mask)
    {
        Tensor x = embedding.call(tokens), real = mask.unsqueeze(-1).to(ScalarType.Float32);
        return head.call((masked ? x * real : x).sum(1) / real.sum(1));
    }

    private GivenTheMask Registered()
    {
        RegisterComponents();
        return this;
    }
}

/// <summary>A view in place of a permute: each sequence gets positions of the others.</summary>
internal sealed class ViewsTimeAsBatch : Padded
{
    public ViewsTimeAsBatch() => RegisterComponents();

    protected override Tensor Encode(Tensor x, Tensor real) => Mean(x.view(x.shape[1], x.shape[0], Features).transpose(0, 1), real);
}

/// <summary>A view in place of a permute before and after an LSTM: each sequence goes on where those before it in the batch end, and never the other way round.</summary>
internal sealed class ReadsOnThroughTheBatch : Padded
{
    private readonly LSTM recurrent = LSTM(Features, Features);

    public ReadsOnThroughTheBatch() => RegisterComponents();

    protected override Tensor Encode(Tensor x, Tensor real) =>
        Mean(recurrent.call(x.view(x.shape[1], x.shape[0], Features)).Item1.view(x.shape[0], x.shape[1], Features), real);
}
