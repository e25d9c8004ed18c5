using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
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
            if (value.dtype != ScalarType.Byte || value.numel() != StateBytes) throw TorchError.Of($"A generator's state is {StateBytes} bytes.");
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

        /// <summary>Draws for one operation whole: numbers of several threads follow each other, and are neither lost nor drawn twice.</summary>
        internal T Exclusively<T>(Func<Generator, T> draw)
        {
            lock (gate) return draw(this);
        }

        internal uint Bits32()
        {
            lock (gate) return twister.Draw();
        }

        internal ulong Bits64()
        {
            lock (gate) return Draw64();
        }

        /// <summary>A double in [0, 1) of 53 random bits.</summary>
        internal double UniformDouble() => Unit53(Bits64());

        /// <summary>A float in [0, 1) of 24 random bits.</summary>
        internal float UniformSingle() => Unit24(Bits32());

        private ulong Draw64() => ((ulong)twister.Draw() << 32) | twister.Draw();

        private static double Unit53(ulong bits) => (bits & ((1UL << 53) - 1)) * (1.0 / (1UL << 53));

        private static float Unit24(uint bits) => (bits & ((1u << 24) - 1)) * (1f / (1 << 24));

        private void Units(Span<float> numbers)
        {
            Span<uint> bits = MemoryMarshal.Cast<float, uint>(numbers);
            twister.Fill(bits);
            for (int i = 0; i < numbers.Length; i++) numbers[i] = Unit24(bits[i]);
        }

        private void Units(Span<double> numbers)
        {
            Span<uint> bits = MemoryMarshal.Cast<double, uint>(numbers);
            twister.Fill(bits);
            for (int i = 0; i < numbers.Length; i++) numbers[i] = Unit53(((ulong)bits[2 * i] << 32) | bits[(2 * i) + 1]);
        }

        /// <summary>Ones with probability <paramref name="p"/>, else zeros; p to 32 bits.</summary>
        internal void Trials(Span<float> numbers, double p)
        {
            Span<uint> bits = MemoryMarshal.Cast<float, uint>(numbers);
            lock (gate) twister.Fill(bits);
            if (p >= 1)
            {
                numbers.Fill(1);
                return;
            }
            uint limit = (uint)(p * (1UL << 32));
            int i = 0;
            for (; i + Vector<uint>.Count <= bits.Length; i += Vector<uint>.Count)
            {
                Vector<uint> below = Vector.LessThan(new Vector<uint>(bits[i..]), new Vector<uint>(limit));
                (below & Vector.AsVectorUInt32(Vector<float>.One)).CopyTo(bits[i..]);
            }
            for (; i < bits.Length; i++) numbers[i] = bits[i] < limit ? 1 : 0;
        }

        internal double NormalDouble()
        {
            lock (gate)
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
        }

        internal long Below(ulong range) => (long)(range <= uint.MaxValue ? Bits32() % range : Bits64() % range);

        /// <summary>Fills with uniform numbers from [from, to), in row-major order of the elements.</summary>
        internal void Uniform(Tensor tensor, double from, double to)
        {
            if (!tensor.IsFloating) throw TorchError.Of($"Uniform numbers are not drawn as {tensor.dtype}.");
            Packed(tensor, packed =>
            {
                if (packed.dtype == ScalarType.Float32)
                {
                    Span<float> numbers = packed.Flat<float>();
                    Units(numbers);
                    TensorPrimitives.Multiply<float>(numbers, (float)to - (float)from, numbers);
                    TensorPrimitives.Add<float>(numbers, (float)from, numbers);
                }
                else
                {
                    Span<double> numbers = packed.Flat<double>();
                    Units(numbers);
                    TensorPrimitives.Multiply<double>(numbers, to - from, numbers);
                    TensorPrimitives.Add<double>(numbers, from, numbers);
                }
            });
        }

        /// <summary>Fills with normal numbers: 16 or more at a time from pairs eight apart, fewer one by one, as PyTorch does.</summary>
        internal void Normal(Tensor tensor, double mean, double std)
        {
            if (!tensor.IsFloating) throw TorchError.Of($"Normal numbers are not drawn as {tensor.dtype}.");
            Packed(tensor, packed =>
            {
                if (packed.dtype == ScalarType.Float32) Normal(packed.Flat<float>(), Units, mean, std);
                else Normal(packed.Flat<double>(), Units, mean, std);
            });
        }

        private void Normal<T>(Span<T> numbers, UnitFill<T> units, double mean, double std) where T : unmanaged, INumber<T>
        {
            if (numbers.Length < 16)
            {
                foreach (ref T number in numbers) number = T.CreateTruncating((NormalDouble() * std) + mean);
                return;
            }
            units(numbers);
            int at = 0;
            for (; at + 16 <= numbers.Length; at += 16) BoxMuller(numbers.Slice(at, 16), mean, std);
            if (at == numbers.Length) return;
            // The last block reaches back over numbers that are drawn anew.
            Span<T> last = numbers[^16..];
            units(last);
            BoxMuller(last, mean, std);
        }

        private delegate void UnitFill<T>(Span<T> numbers);

        /// <summary>Writes one drawn element after another, in row-major order.</summary>
        internal void Fill<T>(Tensor tensor, Func<Generator, T> draw) where T : unmanaged => Packed(tensor, packed =>
        {
            foreach (ref T element in packed.Flat<T>()) element = draw(this);
        });

        private void Packed(Tensor tensor, Action<Tensor> fill)
        {
            using Temporaries own = Temporaries.Enter();
            Tensor packed = tensor.Widened();
            if (!packed.IsContiguousRowMajor) packed = Pointwise.Fresh(packed.Sizes, packed.dtype, packed.device);
            lock (gate) fill(packed);
            if (!ReferenceEquals(packed, tensor)) Casting.Copy(packed, tensor);
        }

        private static void BoxMuller<T>(Span<T> sixteen, double mean, double std) where T : unmanaged, INumber<T>
        {
            for (int i = 0; i < 8; i++)
            {
                double radius = Math.Sqrt(-2 * Math.Log(1 - double.CreateTruncating(sixteen[i])));
                (double sin, double cos) = Math.SinCos(2 * Math.PI * double.CreateTruncating(sixteen[i + 8]));
                sixteen[i] = T.CreateTruncating((radius * cos * std) + mean);
                sixteen[i + 8] = T.CreateTruncating((radius * sin * std) + mean);
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
