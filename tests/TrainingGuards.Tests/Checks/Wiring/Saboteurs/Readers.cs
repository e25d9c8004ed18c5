using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>A language model, tokens [n, 8] → logits [n, 8, 12], whose positions are mixed between embedding and head by one line.</summary>
internal abstract class Reader : Module<Tensor, Tensor>
{
    protected const int Features = 16, Time = 8;

    private readonly Embedding embedding = Embedding(12, Features);
    private readonly Linear head;

    protected Reader(int features = Features) : base("reader") => head = Linear(features, 12);

    public override Tensor forward(Tensor tokens) => head.call(Mix(embedding.call(tokens)));

    protected abstract Tensor Mix(Tensor x);

    public static Setup Setup(Func<Module> model) => SoundSetups.LstmLanguageModel with { Model = model };
}

/// <summary>Attention, with a mask of true where a position is hidden.</summary>
internal abstract class AttentiveReader : Reader
{
    private readonly Linear query = Linear(Features, Features), key = Linear(Features, Features);

    protected override Tensor Mix(Tensor x)
    {
        Tensor scores = query.call(x).matmul(key.call(x).transpose(1, 2)) / 4;
        return scores.masked_fill(Hidden(x), float.NegativeInfinity).softmax(-1).matmul(x);
    }

    protected abstract Tensor Hidden(Tensor x);

    protected static Tensor Ones(Tensor x) => ones(x.shape[1], x.shape[1], dtype: ScalarType.Bool, device: x.device);
}

/// <summary>Sound: what is later is hidden.</summary>
internal sealed class HidesTheFuture : AttentiveReader
{
    public HidesTheFuture() => RegisterComponents();

    protected override Tensor Hidden(Tensor x) => Ones(x).triu(1);
}

/// <summary>Nothing is hidden.</summary>
internal sealed class HidesNothing : AttentiveReader
{
    public HidesNothing() => RegisterComponents();

    protected override Tensor Hidden(Tensor x) => Ones(x).logical_not();
}

/// <summary>What is later is hidden, and the softmax runs over the sequences of the batch.</summary>
internal sealed class AttendsOverTheBatch : AttentiveReader
{
    private readonly Linear query = Linear(Features, Features);

    public AttendsOverTheBatch() => RegisterComponents();

    protected override Tensor Mix(Tensor x)
    {
        Tensor scores = query.call(x).matmul(x.transpose(1, 2)) / 4;
        return scores.masked_fill(Hidden(x), -1e9).softmax(0).matmul(x);
    }

    protected override Tensor Hidden(Tensor x) => Ones(x).triu(1);
}

/// <summary>The next position is seen.</summary>
internal sealed class HidesOneTooFew : AttentiveReader
{
    public HidesOneTooFew() => RegisterComponents();

    protected override Tensor Hidden(Tensor x) => Ones(x).triu(2);
}

/// <summary>The past is hidden in place of the future.</summary>
internal sealed class HidesThePast : AttentiveReader
{
    public HidesThePast() => RegisterComponents();

    protected override Tensor Hidden(Tensor x) => Ones(x).tril(-1);
}

/// <summary>Only later blocks of four are hidden.</summary>
internal sealed class HidesLaterBlocks : AttentiveReader
{
    public HidesLaterBlocks() => RegisterComponents();

    protected override Tensor Hidden(Tensor x)
    {
        Tensor block = arange(x.shape[1], device: x.device).div(4, RoundingMode.floor);
        return block.unsqueeze(0).gt(block.unsqueeze(1));
    }
}

/// <summary>Torch's own encoder, with the mask that it is given; none where the diagonal is null.</summary>
internal sealed class Encoded : Reader
{
    private readonly TransformerEncoder encoder = TransformerEncoder(TransformerEncoderLayer(Features, 2, dim_feedforward: 32), 2);
    private readonly long? diagonal;

    public Encoded(long? diagonal)
    {
        this.diagonal = diagonal;
        RegisterComponents();
    }

    protected override Tensor Mix(Tensor x)
    {
        Tensor? mask = diagonal is { } from ? full(x.shape[1], x.shape[1], float.NegativeInfinity, device: x.device).triu(from) : null;
        return encoder.call(x.transpose(0, 1), mask!).transpose(0, 1);
    }
}

/// <summary>An LSTM, in both directions or over a sequence that is turned round before it or also after it.</summary>
internal sealed class Recurrent : Reader
{
    private readonly LSTM recurrent;
    private readonly bool before, after;

    public Recurrent(bool bidirectional = false, bool before = false, bool after = false) : base(bidirectional ? 2 * Features : Features)
    {
        (this.before, this.after) = (before, after);
        recurrent = LSTM(Features, Features, batchFirst: true, bidirectional: bidirectional);
        RegisterComponents();
    }

    protected override Tensor Mix(Tensor x)
    {
        (Tensor states, _, _) = recurrent.call(before ? x.flip(1) : x);
        return after ? states.flip(1) : states;
    }
}

/// <summary>A convolution over time; sound where it is padded on the left alone.</summary>
internal sealed class Convolved : Reader
{
    private readonly Conv1d convolution;
    private readonly bool left;

    public Convolved(bool left)
    {
        this.left = left;
        convolution = Conv1d(Features, Features, 3, padding: left ? 0 : 1);
        RegisterComponents();
    }

    protected override Tensor Mix(Tensor x) => convolution.call(left ? pad(x.transpose(1, 2), (2, 0)) : x.transpose(1, 2)).transpose(1, 2);
}

/// <summary>The same by a function.</summary>
internal sealed class ConvolvedByFunction : Reader
{
    private readonly Parameter kernel = Parameter(0.2 * randn(Features, Features, 3));

    public ConvolvedByFunction() => RegisterComponents();

    protected override Tensor Mix(Tensor x) => conv1d(x.transpose(1, 2), kernel, padding: 1).transpose(1, 2); // looks ahead
}

/// <summary>Normalised over [n, features, time]: by running statistics, which is sound, or by the mean over time.</summary>
internal sealed class Normalised : Reader
{
    private readonly Module<Tensor, Tensor> norm;

    public Normalised(Func<Module<Tensor, Tensor>> norm)
    {
        this.norm = norm();
        RegisterComponents();
    }

    protected override Tensor Mix(Tensor x) => norm.call(x.transpose(1, 2)).transpose(1, 2);
}

/// <summary>The mean over time is taken away.</summary>
internal sealed class Centred : Reader
{
    public Centred() => RegisterComponents();

    protected override Tensor Mix(Tensor x) => x - x.mean([1L], keepdim: true);
}

/// <summary>Features and time change places by a view.</summary>
internal sealed class Rearranged : Reader
{
    public Rearranged() => RegisterComponents();

    protected override Tensor Mix(Tensor x) => x.view(x.shape[0], x.shape[2], x.shape[1]).transpose(1, 2);
}

/// <summary>Each position is added to the one three after it, and the last three to the first.</summary>
internal sealed class RolledOverTime : Reader
{
    public RolledOverTime() => RegisterComponents();

    protected override Tensor Mix(Tensor x) => x + x.roll(3, 1);
}

/// <summary>Dropout in evaluation too.</summary>
internal sealed class NoisyReader : Reader
{
    public NoisyReader() => RegisterComponents();

    protected override Tensor Mix(Tensor x) => dropout(x, 0.5, training: true);
}

/// <summary>Noise that torch's generator knows nothing of.</summary>
internal sealed class Restless : Reader
{
    private int calls;

    public Restless() => RegisterComponents();

    protected override Tensor Mix(Tensor x) => x * (1 + (0.1 * ++calls));
}
