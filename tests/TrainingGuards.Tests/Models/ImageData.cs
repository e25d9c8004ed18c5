using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>Images and their labels as a data set that a DataLoader reads, augmented one by one.</summary>
internal sealed class ImageData(Tensor images, Tensor labels, Func<Tensor, long, Tensor>? augment) : utils.data.Dataset
{
    public override long Count => images.shape[0];

    public override Dictionary<string, Tensor> GetTensor(long index)
    {
        Tensor image = images[index].clone();
        return new() { ["image"] = augment is null ? image : augment(image, index), ["label"] = labels[index].clone() };
    }

    /// <summary>The batches of a DataLoader of two workers.</summary>
    public static Examples Loaded(Tensor images, Tensor labels, bool shuffle, Func<Tensor, long, Tensor>? augment = null, int batchSize = 24, int? seed = null) => Examples.From(
        new DataLoader(new ImageData(images, labels, augment), batchSize, shuffle: shuffle, device: CPU, seed: seed, num_worker: 2),
        batch => (batch["image"], batch["label"]));

    /// <summary>Batches whose inputs are put in another order than their labels; by index each has its own.</summary>
    public static Examples Parted((Tensor Inputs, Tensor Labels) data, int batchSize) => Examples.From(
        new DataLoader<Dictionary<string, Tensor>, (Tensor, Tensor)>(
            new ImageData(data.Inputs, data.Labels, augment: null),
            batchSize,
            (items, _) => items.ToArray() is var all ? (stack(all.Select(item => item["image"]).OrderBy(image => image.sum().ToDouble())), stack(all.Select(item => item["label"]))) : default,
            shuffle: true,
            device: CPU),
        batch => batch);

    /// <summary>A little noise, from a generator that all threads may draw from.</summary>
    public static Tensor Noise(Tensor image, long index) => image + (0.1 * (System.Random.Shared.NextDouble() - 0.5));
}
