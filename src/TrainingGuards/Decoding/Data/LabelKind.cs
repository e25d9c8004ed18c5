namespace TrainingGuards.Decoding;

/// <summary>What the balance of a target is counted by.</summary>
internal enum LabelKind
{
    /// <summary>Numbers: there is nothing to count.</summary>
    Numbers,

    /// <summary>Class indices, one an example or a pixel.</summary>
    Classes,

    /// <summary>Zeros and ones, a column a label; one column for two classes.</summary>
    Columns,

    /// <summary>Tokens of sequences, most of which are rare in any language.</summary>
    Tokens,
}
