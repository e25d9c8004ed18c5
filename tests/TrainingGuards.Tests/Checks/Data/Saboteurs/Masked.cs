using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Data.Saboteurs;

/// <summary>Images [n, 1, 12, 12] with a rectangle somewhere, and its mask [n, 12, 12]; what is done to both, and what leaves one of them out.</summary>
internal static class Masked
{
    public static Setup Setup { get; } = SoundSetups.ConvNet with { Batch = () => Draw(24), Evaluate = null };

    public static Batch Draw(int count)
    {
        Tensor at = randint(6, [count, 2], dtype: ScalarType.Int64), places = arange(12);
        Tensor Span(Tensor from, long length) => places.unsqueeze(0).ge(from.unsqueeze(1)).logical_and(places.unsqueeze(0).lt((from + length).unsqueeze(1)));
        Tensor mask = Span(at.select(1, 0), 5).unsqueeze(2).logical_and(Span(at.select(1, 1), 3).unsqueeze(1)).to(ScalarType.Float32);
        return (mask.unsqueeze(1) + (0.1 * randn(count, 1, 12, 12)), mask);
    }

    public static Tensors Drawing(Batch batch) => batch.Targets[0].unsqueeze(1).expand_as(batch.Inputs[0]);

    public static Batch Mirrored(Batch batch) => rand(1).item<float>() < 0.5 ? batch : (batch.Inputs[0].flip(-1), batch.Targets[0].flip(-1));

    /// <summary>Another contrast and brightness, and a quarter turn of both.</summary>
    public static Batch Turned(Batch batch) => ((3 * batch.Inputs[0].rot90(1, (2, 3))) - 1, batch.Targets[0].rot90(1, (1, 2)));

    public static Batch ImageAlone(Batch batch) => (batch.Inputs[0].flip(-1), batch.Targets[0]);

    public static Batch MaskAlone(Batch batch) => (batch.Inputs[0], batch.Targets[0].flip(-1));

    public static Batch OtherDimension(Batch batch) => (batch.Inputs[0].flip(-1), batch.Targets[0].flip(-2));

    public static Batch DrawnTwice(Batch batch) =>
        (rand(1).item<float>() < 0.5 ? batch.Inputs[0] : batch.Inputs[0].flip(-1), rand(1).item<float>() < 0.5 ? batch.Targets[0] : batch.Targets[0].flip(-1));
}
