namespace TorchSharp;

public static partial class torch
{
    public static Tensor poisson(Tensor input, Generator? generator = null) => input.poisson(generator);

    public partial class Tensor
    {
        /// <summary>Counts of events that are as rare as the elements say: so many are expected.</summary>
        public Tensor poisson(Generator? generator = null)
        {
            RequireFloating("poisson");
            if (ge(0).logical_and(isfinite()).all().logical_not().Peek().Truth) throw TorchError.Of("Rates are finite and not negative: not all of these are.");
            using Temporaries own = Temporaries.Enter();
            Tensor drawn = AsDtype(ScalarType.Float64).Packed();
            (generator ?? Generator.Default).Exclusively(source =>
            {
                foreach (ref double element in drawn.Flat<double>()) element = Count(element, source);
                return drawn;
            });
            Tensor counts = drawn.AsDtype(dtype);
            return own.Keep(Op.Record("PoissonBackward", counts, [this], g => [g.zeros_like()]));
        }

        // Arrivals until their times exceed one. Sums of rates are sums of counts, so that a large rate is drawn in parts that do not underflow.
        private static double Count(double rate, Generator source)
        {
            const double Part = 500;
            double count = 0;
            for (; rate > 0; rate -= Part)
            {
                double bound = Math.Exp(-Math.Min(rate, Part));
                for (double product = source.UniformDouble(); product > bound; product *= source.UniformDouble()) count++;
            }
            return count;
        }
    }
}
