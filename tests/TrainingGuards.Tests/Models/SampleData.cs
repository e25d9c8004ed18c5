using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>Endless batches that can be learnt, drawn by torch's generator: the seed of a setup is the seed of its data.</summary>
internal static class SampleData
{
    /// <summary>Points [n, features] about one centre a class, and their classes.</summary>
    public static (Tensor Inputs, Tensor Classes) Blobs(long count, long features, long classes)
    {
        Tensor labels = randint(classes, [count], dtype: ScalarType.Int64);
        return ((0.3 * randn(count, features)) + Centres(classes, features).index_select(0, labels), labels);
    }

    /// <summary>Images [n, 1, 8, 8] with a bright quarter, and which it is.</summary>
    public static (Tensor Inputs, Tensor Classes) Quarters(long count)
    {
        Tensor labels = randint(4, [count], dtype: ScalarType.Int64);
        Tensor quarters = zeros(4, 1, 8, 8);
        for (int k = 0; k < 4; k++) quarters[k].narrow(1, 4 * (k / 2), 4).narrow(2, 4 * (k % 2), 4).fill_(2);
        return ((0.3 * randn(count, 1, 8, 8)) + quarters.index_select(0, labels), labels);
    }

    /// <summary>Points [n, 4] and a smooth function of them [n, 1] of mean about 0 and variance about 1.</summary>
    public static (Tensor Inputs, Tensor Values) Smooth(long count)
    {
        Tensor x = randn(count, 4);
        Tensor y = x.select(1, 0).sin() + (0.7 * x.select(1, 1)) - (0.3 * x.select(1, 2) * x.select(1, 3));
        return (x, y.unsqueeze(-1));
    }

    /// <summary>Points [n, 8] on a curved surface of two dimensions.</summary>
    public static Tensor Surface(long count)
    {
        Tensor at = randn(count, 2), mix = Centres(4, 8);
        return cat([at, at.sin()], 1).matmul(mix) * 0.5;
    }

    /// <summary>Points [n, 8] and on which side of each of three planes they lie [n, 3], as 0 or 1.</summary>
    public static (Tensor Inputs, Tensor Labels) Sides(long count)
    {
        Tensor x = randn(count, 8);
        return (x, x.matmul(Centres(3, 8).t()).gt(0).to(ScalarType.Float32));
    }

    /// <summary>Tokens [n, 10] that count on by 1 or 2, modulo 12, and the tokens that follow each.</summary>
    public static (Tensor Inputs, Tensor Next) Counting(long count)
    {
        Tensor start = randint(12, [count, 1], dtype: ScalarType.Int64), stride = randint(1, 3, [count, 1], dtype: ScalarType.Int64);
        Tensor tokens = (start + (stride * arange(11, dtype: ScalarType.Int64).unsqueeze(0))).remainder(12);
        return (tokens.narrow(1, 0, 10), tokens.narrow(1, 1, 10).contiguous());
    }

    /// <summary>
    /// Tokens [n, 8] that count on by 1 or 2 from 1 to 11 and round again, four to eight of them and then <paramref name="padding"/>, and the tokens that follow each; where none
    /// does, <paramref name="ignored"/>.
    /// </summary>
    public static (Tensor Inputs, Tensor Next) Sentences(long count, long padding, long ignored)
    {
        Tensor start = randint(11, [count, 1], dtype: ScalarType.Int64), stride = randint(1, 3, [count, 1], dtype: ScalarType.Int64);
        Tensor length = randint(4, 9, [count, 1], dtype: ScalarType.Int64), at = arange(9, dtype: ScalarType.Int64).unsqueeze(0);
        length[0] = 8;
        Tensor text = (start + (stride * at)).remainder(11) + 1;
        return (text.masked_fill(at.ge(length), padding).narrow(1, 0, 8).contiguous(), text.masked_fill(at.ge(length), ignored).narrow(1, 1, 8).contiguous());
    }

    /// <summary>Noisy sequences [n, 7, 4] about one curve a class, and their classes.</summary>
    public static (Tensor Inputs, Tensor Classes) Curves(long count)
    {
        (Tensor points, Tensor labels) = Blobs(count, 28, 3);
        return (points.reshape(count, 7, 4), labels);
    }

    /// <summary>The same examples at every call; the generator is put back where it was.</summary>
    public static (Tensor Inputs, Tensor Targets) Held(Func<(Tensor Inputs, Tensor Targets)> draw)
    {
        Tensor generator = get_rng_state();
        manual_seed(1000);
        (Tensor inputs, Tensor targets) = draw();
        set_rng_state(generator);
        return (inputs, targets);
    }

    // Fixed directions, without the generator: cosines of different frequencies are far apart.
    private static Tensor Centres(long classes, long features)
    {
        Tensor frequency = arange(1, classes + 1, dtype: ScalarType.Float32).unsqueeze(1), at = arange(features, dtype: ScalarType.Float32).unsqueeze(0);
        return (frequency * (at + 0.5) * (Math.PI / features)).cos() * 1.5;
    }
}
