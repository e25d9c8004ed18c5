using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>Inputs of eight columns with a class that is drawn as one of them: mirrored, the class counts from the other side.</summary>
internal static class Mirror
{
    private const long Columns = 8;

    public static Batch Both(Batch batch) => (batch.Inputs[0].flip(-1), Columns - 1 - batch.Targets[0]);

    public static Tensors Drawing(Batch batch)
    {
        Tensor inputs = batch.Inputs[0];
        Tensor columns = nn.functional.one_hot(batch.Targets[0].to(ScalarType.Int64), Columns);
        return columns.reshape([inputs.shape[0], .. Enumerable.Repeat(1L, (int)inputs.dim() - 2), Columns]).expand(inputs.shape).to(inputs.dtype);
    }
}
