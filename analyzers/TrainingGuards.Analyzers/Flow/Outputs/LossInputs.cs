using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What the input of every loss of the compilation was last made by; asked from either end.</summary>
internal sealed class LossInputs
{
    private readonly Lazy<LossCall[]> _losses;
    private readonly Lazy<ILookup<SyntaxNode, LossInput>> _byOutput;
    private readonly Lazy<ILookup<SyntaxNode, LossInput>> _byLoss;

    public LossInputs(TorchProgram program)
    {
        _losses = new(() => LossCall.AllIn(program)
            .OrderBy(loss => loss.Call.Syntax.SyntaxTree.FilePath, StringComparer.Ordinal)
            .ThenBy(loss => loss.Call.Syntax.SpanStart)
            .ToArray());
        var every = new Lazy<LossInput[]>(() => _losses.Value
            .SelectMany(loss => program.Outputs.Of(loss.Input, loss.Body), (loss, output) => new LossInput(loss, output))
            .ToArray());
        _byOutput = new(() => every.Value.ToLookup(input => input.Output.Operation.Syntax));
        _byLoss = new(() => every.Value.ToLookup(input => input.Loss.Call.Syntax));
    }

    /// <summary>Every loss of the compilation, in the order of files and lines.</summary>
    public IReadOnlyList<LossCall> Losses => _losses.Value;

    /// <summary>The losses that the result of an operation certainly goes to, in the order of files and lines.</summary>
    public IEnumerable<LossInput> MadeBy(IOperation operation) => _byOutput.Value[operation.Syntax];

    /// <summary>What the input of a loss was made by, one operation a path; none where one of the paths is unknown.</summary>
    public IEnumerable<LossInput> Of(IOperation loss) => _byLoss.Value[loss.Syntax];
}
