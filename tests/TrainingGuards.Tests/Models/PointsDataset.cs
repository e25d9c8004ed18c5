using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>Rows and their classes, as a DataLoader reads them, with a little noise where they are augmented.</summary>
internal sealed class PointsDataset(Tensor points, Tensor classes, bool augmented = false) : utils.data.Dataset
{
    public override long Count => points.shape[0];

    public override Dictionary<string, Tensor> GetTensor(long index) => new()
    {
        ["points"] = augmented ? points[index] + (0.01 * randn(points.shape[1])) : points[index].clone(),
        ["class"] = classes[index].clone(),
    };

    /// <summary>The examples of a shuffled loader over them.</summary>
    public Examples Loaded() => Examples.From(utils.data.DataLoader(this, 32, shuffle: true, device: CPU), batch => (batch["points"], batch["class"]));
}
