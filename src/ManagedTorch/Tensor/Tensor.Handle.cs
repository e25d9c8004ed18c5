namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private static long lastHandle;

        private nint handle;

        /// <summary>A number that this handle alone has: there is no native tensor that it could be the address of.</summary>
        public IntPtr Handle
        {
            get
            {
                _ = Impl;
                if (handle == 0)
                {
                    Interlocked.CompareExchange(ref handle, checked((nint)Interlocked.Increment(ref lastHandle)), 0);
                }
                return handle;
            }
        }
    }
}
