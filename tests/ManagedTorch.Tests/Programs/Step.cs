using static TorchSharp.torch;

namespace ManagedTorch.Tests.Programs;

/// <summary>One line of a program: a new value from values that are there.</summary>
/// <param name="Operation">What operations are told apart by.</param>
/// <param name="Operands">Positions of the values that it reads.</param>
/// <param name="Text">The right-hand side as C#, with {0}, {1}, … for the operands.</param>
/// <param name="Run">The same, run.</param>
internal sealed record Step(string Operation, int[] Operands, string Text, Func<Tensor[], Tensor> Run)
{
    public Tensor Evaluate(IReadOnlyList<Tensor> values) => Run(Array.ConvertAll(Operands, position => values[position]));

    public string Line(int position) => $"v{position} = {string.Format(System.Globalization.CultureInfo.InvariantCulture, Text, Array.ConvertAll(Operands, o => (object)$"v{o}"))};";
}
