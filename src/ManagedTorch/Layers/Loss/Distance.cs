using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>Norms and distances along one dimension, composed of recorded operations.</summary>
internal static class Distance
{
    public static Tensor Norm(Tensor x, double p, long dim, bool keepdim) => p switch
    {
        0 => (x != 0).to_type(x.dtype).sum(dim, keepdim),
        1 => x.abs().sum(dim, keepdim),
        2 => Root(x.square().sum(dim, keepdim)),
        double.PositiveInfinity => x.abs().amax([dim], keepdim),
        double.NegativeInfinity => x.abs().amin([dim], keepdim),
        _ => x.abs().pow(p).sum(dim, keepdim).pow(1 / p),
    };

    public static Tensor Pairwise(Tensor first, Tensor second, double p, double eps, bool keepdim) =>
        Norm(first - second + eps, p, -1, keepdim);

    public static Tensor CosineSimilarity(Tensor first, Tensor second, long dim, double eps)
    {
        Tensor product = (first * second).sum(dim);
        Tensor lengths = Norm(first, 2, dim, keepdim: false).clamp_min(eps) * Norm(second, 2, dim, keepdim: false).clamp_min(eps);
        return product / lengths;
    }

    // The root's gradient at zero is infinite, the norm's is zero: the zeros are taken out before the root.
    static Tensor Root(Tensor squares) => squares.masked_fill(squares == 0, 1).sqrt().masked_fill(squares == 0, 0);
}
