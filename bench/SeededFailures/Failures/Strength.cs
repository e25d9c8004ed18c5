using System.Runtime.InteropServices;

namespace SeededFailures;

/// <summary>The range of the number that a failure is given.</summary>
/// <param name="Weak">Hardly a failure.</param>
/// <param name="Default">What is planted until bisection found the smallest that hurts.</param>
/// <param name="Strong">As bad as it gets.</param>
/// <param name="Whole">Whether it is a whole number.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Strength(double Weak, double Default, double Strong, bool Whole = false);
