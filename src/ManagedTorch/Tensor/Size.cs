using System.Collections;

namespace TorchSharp;

public static partial class torch
{
    public struct Size : IEnumerable<long>
    {
        public static Size Empty = new(Array.Empty<long>());

        private readonly long[] sizes;

        public Size(IEnumerable<long> shape) => sizes = [.. shape];

        public Size(long[] shape) => sizes = shape;

        public Size(int[] shape) => sizes = Array.ConvertAll(shape, s => (long)s);

        public Size(long size) => sizes = [size];

        public Size((long, long) size) => sizes = [size.Item1, size.Item2];

        public Size((long, long, long) size) => sizes = [size.Item1, size.Item2, size.Item3];

        public Size((long, long, long, long) size) => sizes = [size.Item1, size.Item2, size.Item3, size.Item4];

        public Size((long, long, long, long, long) size) => sizes = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5];

        public Size((long, long, long, long, long, long) size) => sizes = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5, size.Item6];

        public Size(int size) => sizes = [size];

        public Size((int, int) size) => sizes = [size.Item1, size.Item2];

        public Size((int, int, int) size) => sizes = [size.Item1, size.Item2, size.Item3];

        public Size((int, int, int, int) size) => sizes = [size.Item1, size.Item2, size.Item3, size.Item4];

        public Size((int, int, int, int, int) size) => sizes = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5];

        public Size((int, int, int, int, int, int) size) => sizes = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5, size.Item6];

        public readonly long[] Shape => sizes;

        public readonly int Length => sizes.Length;

        public readonly bool IsEmpty => sizes.Length == 0;

        public readonly bool IsScalar => IsEmpty;

        public readonly long this[int idx] => sizes[idx];

        public readonly long this[long idx] => sizes[idx];

        public static implicit operator Size(long size) => new(size);

        public static implicit operator Size(long[] size) => new(size);

        public static implicit operator Size((long, long) size) => new(size);

        public static implicit operator Size((long, long, long) size) => new(size);

        public static implicit operator Size((long, long, long, long) size) => new(size);

        public static implicit operator Size((long, long, long, long, long) size) => new(size);

        public static implicit operator Size((long, long, long, long, long, long) size) => new(size);

        public static Size operator +(Size left, Size right) => new([.. left.sizes, .. right.sizes]);

        public static Size operator +(Size left, IEnumerable<long> right) => new([.. left.sizes, .. right]);

        // One array, not equal sizes: as TorchSharp compares them.
        public static bool operator ==(Size left, Size right) => ReferenceEquals(left.sizes, right.sizes);

        public static bool operator !=(Size left, Size right) => !(left == right);

        public readonly long numel() => Shapes.Count(sizes);

        public readonly Size Slice(int first, int next)
        {
            int from = first < 0 ? sizes.Length + first : first;
            int to = next < 0 ? sizes.Length + next : next;
            return to <= from ? Empty : new(sizes[from..to]);
        }

        public readonly IEnumerable<long> Take(int i) => sizes.Take(i);

        public readonly IEnumerator<long> GetEnumerator() => sizes.AsEnumerable().GetEnumerator();

        readonly IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override readonly bool Equals(object? obj) => obj is Size other && this == other;

        public override readonly int GetHashCode() => sizes.GetHashCode();
    }
}
