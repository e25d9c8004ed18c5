using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TorchSharp;

public static partial class torch
{
    public class Generator : IDisposable
    {
        private const int StateBytes = 5056;

        private readonly MersenneTwister twister;
        private readonly object gate = new();
        private ulong firstSeed;
        private double? spareNormal;

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            firstSeed = seed;
            twister = new(seed);
        }

        public static Generator Default { get; } = new(NonDeterministicSeed());

        public Device device { get; }

        public long initial_seed() => (long)firstSeed;

        public Generator manual_seed(long seed)
        {
            lock (gate)
            {
                firstSeed = (ulong)seed;
                twister.Seed(firstSeed);
                spareNormal = null;
            }
            return this;
        }

        public long seed()
        {
            ulong seed = NonDeterministicSeed();
            manual_seed((long)seed);
            return (long)seed;
        }

        /// <summary>The state as PyTorch lays it out: seed, words left, seeded, next word, 624 words, then the spare normal number.</summary>
        public Tensor get_state()
        {
            var bytes = new byte[StateBytes];
            lock (gate)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, firstSeed);
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), twister.Left);
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), 1);
                BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), (ulong)twister.Next);
                for (int i = 0; i < MersenneTwister.Words; i++) BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24 + (8 * i)), twister.State[i]);
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(5024), spareNormal ?? 0);
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(5040), spareNormal is null ? 0 : 1);
            }
            return tensor(bytes, dtype: ScalarType.Byte);
        }

        public void set_state(Tensor value)
        {
            if (value.dtype != ScalarType.Byte || value.numel() != StateBytes) throw TorchError.Of("RNG state must be a torch.ByteTensor of the generator's size");
            byte[] bytes = value.data<byte>().ToArray();
            var words = new uint[MersenneTwister.Words];
            for (int i = 0; i < words.Length; i++) words[i] = (uint)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(24 + (8 * i)));
            lock (gate)
            {
                firstSeed = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
                twister.Restore(words, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8)), (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(16)));
                spareNormal = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(5040)) == 0 ? null : BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(5024));
            }
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
        }

        internal uint Bits32()
        {
            lock (gate) return twister.Draw();
        }

        internal ulong Bits64()
        {
            lock (gate) return ((ulong)twister.Draw() << 32) | twister.Draw();
        }

        /// <summary>A double in [0, 1) of 53 random bits.</summary>
        internal double UniformDouble() => (Bits64() & ((1UL << 53) - 1)) * (1.0 / (1UL << 53));

        /// <summary>A float in [0, 1) of 24 random bits.</summary>
        internal float UniformSingle() => (Bits32() & ((1u << 24) - 1)) * (1f / (1 << 24));

        internal double NormalDouble()
        {
            if (spareNormal is { } spare)
            {
                spareNormal = null;
                return spare;
            }
            double angle = 2 * Math.PI * UniformDouble();
            double radius = Math.Sqrt(-2 * double.LogP1(-UniformDouble()));
            spareNormal = radius * Math.Sin(angle);
            return radius * Math.Cos(angle);
        }

        internal long Below(ulong range) => (long)(range <= uint.MaxValue ? Bits32() % range : Bits64() % range);

        /// <summary>Fills with uniform numbers from [from, to), in row-major order of the elements.</summary>
        internal void Uniform(Tensor tensor, double from, double to)
        {
            if (tensor.dtype == ScalarType.Float32) Fill(tensor, () => (float)((UniformSingle() * ((float)to - (float)from)) + (float)from));
            else if (tensor.dtype == ScalarType.Float64) Fill(tensor, () => (UniformDouble() * (to - from)) + from);
            else throw TorchError.Of($"\"check_uniform_bounds\" not implemented for '{tensor.dtype}'");
        }

        /// <summary>Fills with normal numbers: 16 or more at a time from pairs eight apart, fewer one by one, as PyTorch does.</summary>
        internal void Normal(Tensor tensor, double mean, double std)
        {
            if (!tensor.IsFloating) throw TorchError.Of($"\"normal_kernel_cpu\" not implemented for '{tensor.dtype}'");
            if (tensor.numel() < 16)
            {
                if (tensor.dtype == ScalarType.Float32) Fill(tensor, () => (float)((NormalDouble() * std) + mean));
                else Fill(tensor, () => (NormalDouble() * std) + mean);
                return;
            }
            var numbers = new double[tensor.numel()];
            bool single = tensor.dtype == ScalarType.Float32;
            for (int i = 0; i < numbers.Length; i++) numbers[i] = single ? UniformSingle() : UniformDouble();
            int at = 0;
            for (; at + 16 <= numbers.Length; at += 16) BoxMuller(numbers.AsSpan(at, 16), mean, std);
            if (at < numbers.Length)
            {
                // The last block reaches back over numbers that are drawn anew.
                Span<double> last = numbers.AsSpan(numbers.Length - 16);
                for (int i = 0; i < 16; i++) last[i] = single ? UniformSingle() : UniformDouble();
                BoxMuller(last, mean, std);
            }
            int next = 0;
            if (single) Fill(tensor, () => (float)numbers[next++]);
            else Fill(tensor, () => numbers[next++]);
        }

        /// <summary>Writes one drawn element after another, in row-major order.</summary>
        internal static void Fill<T>(Tensor tensor, Func<T> draw) where T : unmanaged
        {
            using Temporaries own = Temporaries.Enter();
            Tensor packed = tensor.IsContiguousRowMajor ? tensor : Pointwise.Fresh(tensor.Sizes, tensor.dtype, tensor.device);
            foreach (ref T element in packed.Flat<T>()) element = draw();
            if (!ReferenceEquals(packed, tensor)) Casting.Copy(packed, tensor);
        }

        private static void BoxMuller(Span<double> sixteen, double mean, double std)
        {
            for (int i = 0; i < 8; i++)
            {
                double radius = Math.Sqrt(-2 * Math.Log(1 - sixteen[i]));
                double angle = 2 * Math.PI * sixteen[i + 8];
                sixteen[i] = (radius * Math.Cos(angle) * std) + mean;
                sixteen[i + 8] = (radius * Math.Sin(angle) * std) + mean;
            }
        }

        private static ulong NonDeterministicSeed() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) & long.MaxValue;
    }

    public static Generator manual_seed(long seed) => Generator.Default.manual_seed(seed);

    public static long seed() => Generator.Default.seed();

    public static long initial_seed() => Generator.Default.initial_seed();

    public static Tensor get_rng_state() => Generator.Default.get_state();

    public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);

    public static partial class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static long seed() => torch.seed();

        public static long initial_seed() => torch.initial_seed();

        public static Tensor get_rng_state() => torch.get_rng_state();

        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }
}
