namespace TorchSharp;

public static partial class torch
{
    public static Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Made(size, dtype ?? ScalarType.Int64, device, requires_grad, names, t => t.Integers(low, high, generator ?? Generator.Default));

    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randint(long low, long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(low, high, size.Shape, dtype, device, requires_grad, generator, names);

    public static Tensor randint(long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(0, high, size.Shape, dtype, device, requires_grad, generator, names);

    public static Tensor randint(int low, int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(low, high, Array.ConvertAll(size, s => (long)s), dtype, device, requires_grad, generator, names);

    public static Tensor randint(int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(0, high, Array.ConvertAll(size, s => (long)s), dtype, device, requires_grad, generator, names);

    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null)
    {
        long[] order = (generator ?? Generator.Default).Exclusively(source => Permutation(n, source));
        return Filled([n], dtype ?? ScalarType.Int64, device, requires_grad, i => order[i]);
    }

    private static long[] Permutation(long n, Generator source)
    {
        var order = new long[n];
        for (long i = 0; i < n; i++) order[i] = i;
        for (long i = 0; i < n - 1; i++)
        {
            long other = i + source.Below((ulong)(n - i));
            (order[i], order[other]) = (order[other], order[i]);
        }
        return order;
    }

    public static Tensor bernoulli(Tensor input, Generator? generator = null) => input.bernoulli(generator);

    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) => input.multinomial(num_samples, replacement, generator);

    public static Tensor normal(double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) => Made(size.ToArray(), dtype, device, requires_grad, names, t => (generator ?? Generator.Default).Normal(t, mean, std));

    public static Tensor normal(Tensor mean, Tensor std, Generator? generator = null) => Op.Composed(() =>
    {
        Tensor noise = randn(Shapes.Broadcast(mean.Sizes, std.Sizes), ScalarTypes.ResultOf(mean, std), mean.device, generator: generator);
        return noise.mul(std).add(mean).detach();
    });

    public static double rand_float(Generator? generator = null) => (generator ?? Generator.Default).UniformSingle();

    public static double randn_float(Generator? generator = null) => (float)(generator ?? Generator.Default).NormalDouble();

    public static bool randint_bool(Generator? generator = null) => randint_long(2, generator) == 1;

    public static int randint_int(int high, Generator? generator = null) => randint_int(0, high, generator);

    public static int randint_int(int low, int high, Generator? generator = null) => (int)randint_long(low, high, generator);

    public static long randint_long(long high, Generator? generator = null) => randint_long(0, high, generator);

    public static long randint_long(long low, long high, Generator? generator = null) => low + (generator ?? Generator.Default).Below((ulong)(high - low));

    public partial class Tensor
    {
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) => Drawn("NormalBackward", t => (generator ?? Generator.Default).Normal(t, mean, std));

        public Tensor uniform_(double from, double to, Generator? generator = null) => Drawn("UniformBackward", t => (generator ?? Generator.Default).Uniform(t, from, to));

        public Tensor random_(double from, double to, Generator? generator = null) =>
            Drawn("RandomBackward", t => t.Integers((long)from, (long)to, generator ?? Generator.Default));

        public Tensor exponential_(double lambda = 1, Generator? generator = null) =>
            Drawn("ExponentialBackward", t => t.Doubles(generator, source => -double.LogP1(-source.UniformDouble()) / lambda));

        public Tensor cauchy_(double median = 0, double sigma = 1, Generator? generator = null) =>
            Drawn("CauchyBackward", t => t.Doubles(generator, source => median + (sigma * Math.Tan(Math.PI * (source.UniformDouble() - 0.5)))));

        public Tensor geometric_(double p, Generator? generator = null) =>
            Drawn("GeometricBackward", t => t.Doubles(generator, source => Math.Ceiling(double.LogP1(-source.UniformDouble()) / double.LogP1(-p))));

        public Tensor log_normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            Drawn("LogNormalBackward", t => t.Doubles(generator, source => Math.Exp(mean + (std * source.NormalDouble()))));

        public Tensor bernoulli_(double p = 0.5, Generator? generator = null)
        {
            if (p is not (>= 0 and <= 1)) throw TorchError.Of($"A probability is between 0 and 1, not {p}.");
            return Drawn("BernoulliBackward", t => t.Trials(p, generator ?? Generator.Default));
        }

        public Tensor bernoulli_(Tensor p, Generator? generator = null) => Drawn("BernoulliBackward", t => t.Trials(p, generator ?? Generator.Default));

        public Tensor bernoulli(Generator? generator = null)
        {
            Tensor drawn = Pointwise.Fresh(Sizes, dtype, device);
            drawn.Trials(this, generator ?? Generator.Default);
            return Op.Record("BernoulliBackward", drawn, [this], g => [g.zeros_like()]);
        }

        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) => Op.Composed(() =>
        {
            if (!IsFloating) throw TorchError.Of($"Weights to draw by are floating-point numbers, not {dtype}.");
            if (Rank is not (1 or 2)) throw TorchError.Of($"Weights to draw by are one row or several, not {Shapes.Text(Sizes)}.");
            if (!replacement && num_samples > Sizes[^1]) throw TorchError.Of($"Without replacement {Sizes[^1]} classes do not give {num_samples} samples.");
            double[] weights = AsDtype(ScalarType.Float64).contiguous().Flat<double>().ToArray();
            int classes = (int)Sizes[^1];
            int rows = weights.Length / Math.Max(classes, 1);
            var drawn = new long[rows * num_samples];
            (generator ?? Generator.Default).Exclusively(source =>
            {
                for (int row = 0; row < rows; row++)
                {
                    Span<double> of = weights.AsSpan(row * classes, classes);
                    Span<long> into = drawn.AsSpan((int)(row * num_samples), (int)num_samples);
                    if (replacement) Draw(of, into, source);
                    else DrawDistinct(of, into, source);
                }
                return drawn;
            });
            return tensor(drawn, [.. Sizes[..^1], num_samples], device: device);
        });

        internal void Integers(long low, long high, Generator source)
        {
            if (low >= high) throw TorchError.Of($"There is no integer from {low} to below {high}.");
            ulong range = (ulong)(high - low);
            if (dtype == ScalarType.Int64) source.Fill(this, from => low + from.Below(range));
            else Doubles(source, from => low + from.Below(range));
        }

        private Tensor Drawn(string name, Action<Tensor> draw) => InPlace(
            [],
            before =>
            {
                Tensor drawn = Pointwise.Fresh(Sizes, dtype, device);
                draw(drawn);
                return Op.Record(name, drawn, [before], g => [g.zeros_like()]);
            },
            () => draw(this));

        private void Doubles(Generator? generator, Func<Generator, double> draw)
        {
            using Temporaries own = Temporaries.Enter();
            Tensor doubles = dtype == ScalarType.Float64 ? this : Pointwise.Fresh(Sizes, ScalarType.Float64, device);
            (generator ?? Generator.Default).Fill(doubles, draw);
            if (!ReferenceEquals(doubles, this)) Casting.Copy(doubles, this);
        }

        private void Trials(double p, Generator source)
        {
            using Temporaries own = Temporaries.Enter();
            Tensor drawn = dtype == ScalarType.Float32 && IsContiguousRowMajor ? this : Pointwise.Fresh(Sizes, ScalarType.Float32, device);
            source.Trials(drawn.Flat<float>(), p);
            if (!ReferenceEquals(drawn, this)) Casting.Copy(drawn, this);
        }

        private void Trials(Tensor probabilities, Generator source)
        {
            using Temporaries own = Temporaries.Enter();
            double[] p = probabilities.Spread(Sizes).AsDtype(ScalarType.Float64).Packed().Flat<double>().ToArray();
            if (Array.Exists(p, x => x is not (>= 0 and <= 1))) throw TorchError.Of("Probabilities are between 0 and 1: not all of these are.");
            int next = 0;
            Doubles(source, from => from.UniformDouble() < p[next++] ? 1 : 0);
        }

        private static void Draw(ReadOnlySpan<double> weights, Span<long> into, Generator source)
        {
            var cumulative = new double[weights.Length];
            double total = Checked(weights);
            double sum = 0;
            for (int i = 0; i < weights.Length; i++) cumulative[i] = (sum += weights[i]) / total;
            foreach (ref long drawn in into)
            {
                int at = Array.BinarySearch(cumulative, source.UniformDouble());
                drawn = Math.Min(at < 0 ? ~at : at + 1, weights.Length - 1);
            }
        }

        // The largest of weights over exponential numbers: each order has the probability of drawing one after another.
        private static void DrawDistinct(ReadOnlySpan<double> weights, Span<long> into, Generator source)
        {
            Checked(weights);
            var keys = new double[weights.Length];
            var order = new long[weights.Length];
            for (int i = 0; i < keys.Length; i++)
            {
                keys[i] = -(weights[i] / -double.LogP1(-source.UniformDouble()));
                order[i] = i;
            }
            Array.Sort(keys, order);
            order.AsSpan(0, into.Length).CopyTo(into);
        }

        private static double Checked(ReadOnlySpan<double> weights)
        {
            double total = 0;
            foreach (double weight in weights)
            {
                if (!double.IsFinite(weight) || weight < 0) throw TorchError.Of("Weights to draw by are finite and not negative.");
                total += weight;
            }
            return total > 0 ? total : throw TorchError.Of("Weights to draw by are not all zero.");
        }
    }
}
