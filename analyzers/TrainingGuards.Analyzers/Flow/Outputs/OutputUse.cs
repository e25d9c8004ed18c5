using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What becomes of a tensor and of all that is computed from it.</summary>
internal sealed class OutputUse
{
    /// <summary>The first operation that reads a number out of it: item, ToSingle, data, a print; null where none does.</summary>
    public IOperation? ReadOut { get; set; }

    /// <summary>Whether what is read out was first compared with something else: a loss, eq, a difference.</summary>
    public bool IsCompared { get; set; }

    /// <summary>The backward() that starts from it, null where none does.</summary>
    public IOperation? Backward { get; set; }

    /// <summary>Whether it leaves for a place where more may become of it: a field, a collection, a caller, unknown code.</summary>
    public bool Escapes { get; set; }
}
