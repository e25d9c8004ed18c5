namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor mm(Tensor target)
        {
            if (Rank != 2 || target.Rank != 2) throw TorchError.Of($"mm multiplies two matrices, not tensors of {Rank} and {target.Rank} dimensions.");
            RequireMatching(this, target);
            return Op.Composed(() => unsqueeze(0).BatchedProduct(target.unsqueeze(0)).squeeze(0));
        }

        public Tensor bmm(Tensor batch2)
        {
            if (Rank != 3 || batch2.Rank != 3) throw TorchError.Of($"bmm multiplies two batches of matrices, not tensors of {Rank} and {batch2.Rank} dimensions.");
            if (Sizes[0] != batch2.Sizes[0] || Sizes[2] != batch2.Sizes[1])
            {
                throw TorchError.Of($"bmm of {Shapes.Text(Sizes)} takes a second batch of [{Sizes[0]}, {Sizes[2]}, any], not of {Shapes.Text(batch2.Sizes)}.");
            }
            return BatchedProduct(batch2);
        }

        public Tensor matmul(Tensor target)
        {
            if (Rank == 0 || target.Rank == 0) throw TorchError.Of($"matmul multiplies vectors and matrices, not tensors of {Rank} and {target.Rank} dimensions.");
            if (Rank == 1 && target.Rank == 1) return dot(target);
            return Op.Composed(() =>
            {
                Tensor left = Rank == 1 ? unsqueeze(0) : this;
                Tensor right = target.Rank == 1 ? target.unsqueeze(1) : target;
                Tensor product = left.MatrixProduct(right);
                if (Rank == 1) product = product.squeeze(-2);
                return target.Rank == 1 ? product.squeeze(-1) : product;
            });
        }

        public Tensor mv(Tensor target)
        {
            if (Rank != 2 || target.Rank != 1) throw TorchError.Of($"mv multiplies a matrix and a vector, not tensors of {Rank} and {target.Rank} dimensions.");
            if (Sizes[1] != target.Sizes[0]) throw TorchError.Of($"A matrix of ({Sizes[0]}x{Sizes[1]}) is not multiplied by a vector of ({target.Sizes[0]}).");
            return matmul(target);
        }

        public Tensor dot(Tensor target)
        {
            if (Rank != 1 || target.Rank != 1) throw TorchError.Of($"dot multiplies two vectors, not tensors of {Rank} and {target.Rank} dimensions.");
            if (Sizes[0] != target.Sizes[0])
                throw TorchError.Of($"dot multiplies vectors of one length, not of [{Sizes[0]}] and [{target.Sizes[0]}].");
            return Op.Composed(this, target, (a, b) => a.mul(b).sum());
        }

        public Tensor vdot(Tensor target) => dot(target);

        public Tensor inner(Tensor vec2) => Op.Composed(() => Rank == 0 || vec2.Rank == 0 ? this * vec2 : tensordot(vec2, [-1], [-1]));

        public Tensor outer(Tensor vec2)
        {
            if (Rank != 1 || vec2.Rank != 1) throw TorchError.Of($"outer multiplies two vectors, not tensors of {Rank} and {vec2.Rank} dimensions.");
            return Op.Composed(() => unsqueeze(1) * vec2.unsqueeze(0));
        }

        public Tensor ger(Tensor vec2) => outer(vec2);

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Op.Composed(this, mat1, mat2, (x, a, b) => x.Scaled(beta) + a!.mm(b!).Scaled(alpha));

        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => InPlace([mat1, mat2], x => x.addmm(mat1, mat2, beta, alpha));

        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) => Op.Composed(this, mat, vec, (x, a, b) => x.Scaled(beta) + a!.mv(b!).Scaled(alpha));

        public Tensor addmv_(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) => InPlace([mat, vec], x => x.addmv(mat, vec, beta, alpha));

        public Tensor addr(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) => Op.Composed(this, vec1, vec2, (x, a, b) => x.Scaled(beta) + a!.outer(b!).Scaled(alpha));

        public Tensor addr_(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) => InPlace([vec1, vec2], x => x.addr(vec1, vec2, beta, alpha));

        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Op.Composed(this, batch1, batch2, (x, a, b) => x.Scaled(beta) + a!.bmm(b!).Scaled(alpha));

        public Tensor addbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Op.Composed(this, batch1, batch2, (x, a, b) => x.Scaled(beta) + a!.bmm(b!).sum([0L]).Scaled(alpha));

        public Tensor addbmm_(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => InPlace([batch1, batch2], x => x.addbmm(batch1, batch2, beta, alpha));

        public Tensor tensordot(Tensor b, long dims = 2)
        {
            long[] last = [.. Enumerable.Range(0, (int)dims).Select(i => Rank - dims + i)];
            long[] first = [.. Enumerable.Range(0, (int)dims).Select(i => (long)i)];
            return tensordot(b, last, first);
        }

        public Tensor tensordot(Tensor b, long[] dims1, long[] dims2) => Op.Composed(() =>
        {
            int[] left = Shapes.Dims(dims1, Rank);
            int[] right = Shapes.Dims(dims2, b.Rank);
            for (int i = 0; i < left.Length; i++)
            {
                if (Sizes[left[i]] != b.Sizes[right[i]])
                    throw TorchError.Of($"Dimension {left[i]} of {Shapes.Text(Sizes)} is not summed against dimension {right[i]} of {Shapes.Text(b.Sizes)}: their sizes differ.");
            }
            int[] keptLeft = [.. All.Except(left)];
            int[] keptRight = [.. b.All.Except(right)];
            long contracted = left.Aggregate(1L, (n, d) => n * Sizes[d]);
            Tensor rows = permute([.. keptLeft.Concat(left).Select(d => (long)d)]).reshape(-1, contracted);
            Tensor columns = b.permute([.. right.Concat(keptRight).Select(d => (long)d)]).reshape(contracted, -1);
            return rows.mm(columns).reshape([.. keptLeft.Select(d => Sizes[d]), .. keptRight.Select(d => b.Sizes[d])]);
        });

        public Tensor kron(Tensor other) => Op.Composed(() =>
        {
            int rank = Math.Max(Rank, other.Rank);
            long[] a = [.. Enumerable.Repeat(1L, rank - Rank), .. Sizes];
            long[] b = [.. Enumerable.Repeat(1L, rank - other.Rank), .. other.Sizes];
            Tensor left = reshape([.. a.SelectMany(s => new[] { s, 1 })]);
            Tensor right = other.reshape([.. b.SelectMany(s => new[] { 1, s })]);
            return (left * right).reshape([.. a.Zip(b, (x, y) => x * y)]);
        });

        public Tensor trace()
        {
            if (Rank != 2) throw TorchError.Of($"trace is of a matrix, not of {Shapes.Text(Sizes)}.");
            return Op.Composed(() => diagonal().sum());
        }

        private Tensor Scaled(float factor) => factor == 1 ? this : mul(factor);

        private static void RequireMatching(Tensor a, Tensor b)
        {
            if (a.Sizes[^1] != b.Sizes[^2])
                throw TorchError.Of($"mat1 and mat2 shapes cannot be multiplied ({Shapes.Count(a.Sizes.AsSpan()[..^1])}x{a.Sizes[^1]} and {b.Sizes[^2]}x{b.Sizes[^1]})");
        }

        // Both of two dimensions or more.
        private Tensor MatrixProduct(Tensor target)
        {
            RequireMatching(this, target);
            // One matrix on the right is one large product, not many small ones.
            if (target.Rank == 2) return Rank == 2 ? mm(target) : reshape(-1, Sizes[^1]).mm(target).reshape([.. Sizes[..^1], target.Sizes[1]]);
            long[] batch = Shapes.Broadcast(Sizes.AsSpan()[..^2], target.Sizes.AsSpan()[..^2]);
            Tensor left = expand([.. batch, .. Sizes[^2..]]).reshape(-1, Sizes[^2], Sizes[^1]);
            Tensor right = target.expand([.. batch, .. target.Sizes[^2..]]).reshape(-1, target.Sizes[^2], target.Sizes[^1]);
            return left.BatchedProduct(right).reshape([.. batch, Sizes[^2], target.Sizes[^1]]);
        }

        private Tensor BatchedProduct(Tensor target)
        {
            if (dtype != target.dtype) throw TorchError.Of($"A matrix of {dtype} is not multiplied by one of {target.dtype}: convert one of them.");
            Devices.RequireOne(this, target);
            Saved a = Saved.Of(this);
            Saved b = Saved.Of(target);
            bool forA = requires_grad;
            bool forB = target.requires_grad;
            return Op.Record("BmmBackward", BatchedMatrix.Multiply(this, target), [this, target],
                g => [forA ? g.BatchedProduct(b.Tensor.transpose(1, 2)) : null, forB ? a.Tensor.transpose(1, 2).BatchedProduct(g) : null]);
        }
    }
}
