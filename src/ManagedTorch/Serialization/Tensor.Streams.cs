namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Writes the memory of the elements; of a contiguous tensor alone.</summary>
        public void WriteBytesToStream(Stream stream, int bufferSize = 1024) => stream.Write(bytes);

        /// <summary>Reads the memory of the elements, in place; of a contiguous tensor alone.</summary>
        /// <exception cref="EndOfStreamException">The stream has too few bytes.</exception>
        public void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            byte[] read = new byte[checked((int)(NumberOfElements * ElementSize))];
            stream.ReadExactly(read);
            bytes = read;
        }
    }
}
