using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

public class LinearAlgebraTests
{
    private static Tensor Matrix(params long[] sizes)
    {
        manual_seed(17);
        return randn(sizes, dtype: float64);
    }

    private static Tensor Positive(params long[] sizes)
    {
        Tensor a = Matrix(sizes);
        return a.matmul(a.mT) + eye(sizes[^1], dtype: float64);
    }

    private static void Near(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True((expected - actual).abs().max().item<double>() < 1e-10);
    }

    [Fact]
    public void Systems_are_solved_from_both_sides()
    {
        using Tensor a = Matrix(2, 4, 4), b = randn(2, 4, 3, dtype: float64), v = randn(4, dtype: float64);
        Near(b, a.matmul(linalg.solve(a, b)));
        Near(b.mT, linalg.solve(a, b.mT, left: false).matmul(a));
        Near(v, a[0].matmul(linalg.solve(a[0], v)));
        Near(eye(4, dtype: float64).expand(2, 4, 4), a.matmul(linalg.inv(a)));
        Near(b, a.tril().matmul(linalg.solve_triangular(a, b, upper: false)));
        Assert.ThrowsAny<ExternalException>(() => linalg.inv(ones(3, 3)));
        Assert.ThrowsAny<ExternalException>(() => linalg.solve(ones(2, 3), ones(2)));
        Assert.ThrowsAny<ExternalException>(() => linalg.inv(eye(3).to(bfloat16)));
    }

    [Fact]
    public void Determinants_have_a_sign_and_a_size()
    {
        using Tensor a = tensor(new double[,] { { 0, 2, 1 }, { 1, 1, 0 }, { 3, 0, 5 } });
        Assert.Equal(-13, det(a).item<double>(), 1e-12);
        var (sign, log) = linalg.slogdet(a);
        Assert.Equal(-1, sign.item<double>());
        Assert.Equal(Math.Log(13), log.item<double>(), 1e-12);
        Assert.True(double.IsNaN(logdet(a).item<double>()));
        Assert.Equal(0, det(ones(2, 2)).item<float>());
        Assert.Equal(double.NegativeInfinity, linalg.slogdet(ones(2, 2, dtype: float64)).Item2.item<double>());
    }

    [Fact]
    public void Factors_multiply_to_the_matrix()
    {
        using Tensor a = Positive(2, 4, 4), tall = Matrix(2, 5, 3), wide = Matrix(3, 5);
        using Tensor l = linalg.cholesky(a);
        Near(a, l.matmul(l.mT));
        Near(l, l.tril());
        Near(linalg.inv(a), cholesky_inverse(l));
        Near(linalg.solve(a, tall.narrow(1, 0, 4)), cholesky_solve(tall.narrow(1, 0, 4), l));
        foreach (Tensor m in (Tensor[])[tall, wide])
        {
            foreach (linalg.QRMode mode in (linalg.QRMode[])[linalg.QRMode.Reduced, linalg.QRMode.Complete])
            {
                var (q, r) = linalg.qr(m, mode);
                Near(m, q.matmul(r));
                Near(r.triu(), r);
                Near(eye(q.shape[^1], dtype: float64).expand(q.mT.matmul(q).shape), q.mT.matmul(q));
            }
            foreach (bool full in (bool[])[true, false])
            {
                var (u, s, vh) = linalg.svd(m, full);
                long k = s.shape[^1];
                Near(m, (u.narrow(-1, 0, k) * s.unsqueeze(-2)).matmul(vh.narrow(-2, 0, k)));
                Near(eye(u.shape[^1], dtype: float64).expand(u.mT.matmul(u).shape), u.mT.matmul(u));
                Near(eye(vh.shape[^2], dtype: float64).expand(vh.matmul(vh.mT).shape), vh.matmul(vh.mT));
                Assert.True(s.diff().le(0).all().item<bool>());
            }
        }
        Assert.ThrowsAny<ExternalException>(() => linalg.cholesky(-eye(2)));
    }

    [Fact]
    public void Signs_of_a_QR_are_those_of_LAPACK()
    {
        var (_, r) = linalg.qr(tensor(new double[,] { { 12, -51, 4 }, { 6, 167, -68 }, { -4, 24, -41 } }));
        Near(tensor(new double[,] { { -14, -21, 14 }, { 0, -175, 70 }, { 0, 0, -35 } }), r);
    }

    [Fact]
    public void Eigenvectors_keep_their_direction()
    {
        using Tensor a = Positive(2, 4, 4);
        var (values, vectors) = linalg.eigh(a);
        Near(vectors * values.unsqueeze(-2), a.matmul(vectors));
        Assert.True(values.diff().ge(0).all().item<bool>());
        Near(tensor([-1.0, 1]), linalg.eigvalsh(tensor(new double[,] { { 0, 9 }, { 1, 0 } })));
        Near(tensor([-9.0, 9]), linalg.eigvalsh(tensor(new double[,] { { 0, 9 }, { 1, 0 } }), 'U'));
    }

    [Fact]
    public void A_matrix_without_full_rank_has_a_pseudoinverse()
    {
        using Tensor a = Matrix(5, 2).matmul(randn(2, 4, dtype: float64)), inverse = linalg.pinv(a);
        Assert.Equal(2, linalg.matrix_rank(a).item<long>());
        Near(a, a.matmul(inverse).matmul(a));
        Near(inverse, inverse.matmul(a).matmul(inverse));
        Near(a.matmul(inverse), a.matmul(inverse).mT);
        var (u, s, vh) = linalg.svd(a, fullMatrices: false);
        Near(eye(4, dtype: float64), u.mT.matmul(u));
        Near(a, (u * s.unsqueeze(-2)).matmul(vh));
    }

    [Fact]
    public void Least_squares_leave_a_residual_at_right_angles()
    {
        using Tensor a = Matrix(6, 3), b = randn(6, 2, dtype: float64);
        var (x, residuals, rank, _) = linalg.lstsq(a, b);
        Near(zeros(3, 2, dtype: float64), a.mT.matmul(a.matmul(x) - b));
        Near((a.matmul(x) - b).square().sum(0L), residuals);
        Assert.Equal(3, rank.item<long>());
        Near(linalg.pinv(a.mT).matmul(b.narrow(0, 0, 3)), linalg.lstsq(a.mT, b.narrow(0, 0, 3)).Solution);
    }

    [Fact]
    public void Norms_are_of_vectors_or_of_matrices()
    {
        using Tensor a = tensor(new double[,] { { 1, -2 }, { 3, 4 } });
        Assert.Equal(Math.Sqrt(30), linalg.norm(a).item<double>(), 1e-12);
        Assert.Equal(6, linalg.norm(a, 1).item<double>());
        Assert.Equal(7, linalg.matrix_norm(a, double.PositiveInfinity).item<double>());
        Assert.Equal(linalg.svdvals(a).sum().item<double>(), linalg.matrix_norm(a, "nuc").item<double>(), 1e-12);
        Assert.Equal(Math.Sqrt(30), linalg.norm(a, "fro").item<double>(), 1e-12);
        Assert.Equal([4.0, 6], linalg.vector_norm(a, 1, [0]).data<double>().ToArray());
        Assert.Equal([1L, 5, 1], linalg.matrix_norm(randn(2, 5, 3), dims: [0, 2], keepdim: true).shape);
        Assert.Equal(linalg.svdvals(a)[0].item<double>(), linalg.norm(a, 2).item<double>(), 1e-12);
        Assert.Equal(linalg.cond(a).item<double>(), linalg.cond(a, 2).item<double>(), 1e-9);
    }

    [Fact]
    public void Products_of_several_factors()
    {
        using Tensor a = Matrix(3, 3), x = tensor([1.0, 0, 0]), y = tensor([0.0, 1, 0]);
        Near(a.matmul(a).matmul(a), a.matrix_power(3));
        Near(linalg.inv(a.matmul(a)), matrix_power(a, -2));
        Near(eye(3, dtype: float64), a.matrix_power(0));
        Near(a.matmul(a).matmul(a), linalg.multi_dot([a, a, a]));
        Near(tensor([0.0, 0, 1]), linalg.cross(x, y));
        Near(tensor(0.0), linalg.vecdot(x, y));
        Near(tensor(new double[,] { { 1, 2, 4 }, { 1, 3, 9 } }), linalg.vander(tensor([2.0, 3]), 3));
    }

    private static readonly Dictionary<string, (Func<Tensor[], Tensor> Function, Tensor[] Inputs)> Differentiable = new()
    {
        ["solve"] = (t => linalg.solve(t[0], t[1]), [Positive(2, 3, 3), Matrix(2, 3, 2)]),
        ["inv"] = (t => linalg.inv(t[0]), [Positive(3, 3)]),
        ["det"] = (t => linalg.det(t[0]), [Matrix(2, 3, 3)]),
        ["slogdet"] = (t => linalg.slogdet(t[0]).Item2, [Matrix(3, 3)]),
        ["solve_triangular"] = (t => linalg.solve_triangular(t[0], t[1], upper: true, unitriangular: true), [Matrix(3, 3), Matrix(3, 2)]),
        ["cholesky"] = (t => linalg.cholesky(t[0].matmul(t[0].mT) + eye(3, dtype: float64)), [Matrix(2, 3, 3)]),
        ["qr"] = (t => Stacked(linalg.qr(t[0])), [Matrix(2, 4, 3)]),
        ["eigh"] = (t => linalg.eigh(t[0] + t[0].mT).Item2.square() * linalg.eigh(t[0] + t[0].mT).Item1.unsqueeze(-2), [Matrix(3, 3)]),
        ["svd, tall"] = (t => Squares(linalg.svd(t[0], fullMatrices: false)), [Matrix(4, 3)]),
        ["svd, wide"] = (t => Squares(linalg.svd(t[0], fullMatrices: false)), [Matrix(2, 3)]),
        ["pinv"] = (t => linalg.pinv(t[0]), [Matrix(4, 2)]),
        ["lstsq"] = (t => linalg.lstsq(t[0], t[1]).Solution, [Matrix(4, 2), Matrix(4, 1)]),
        ["nuclear norm"] = (t => linalg.matrix_norm(t[0], "nuc"), [Matrix(3, 2)]),
        ["matrix_power"] = (t => t[0].matrix_power(-2), [Positive(2, 2)]),
        ["cross"] = (t => linalg.cross(t[0], t[1]), [Matrix(2, 3), Matrix(1, 3)]),
    };

    public static TheoryData<string> Names => [.. Differentiable.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void First_and_second_derivatives_are_those_of_differences(string name) => Gradients.CheckTwice(Differentiable[name].Function, Differentiable[name].Inputs);

    // What of the factors does not depend on a choice of sign.
    private static Tensor Squares((Tensor U, Tensor S, Tensor Vh) of) => cat([(of.U * of.S.unsqueeze(-2)).square().reshape(-1), of.Vh.square().reshape(-1)]);

    private static Tensor Stacked((Tensor Q, Tensor R) of) => cat([of.Q, of.R], -2);
}
