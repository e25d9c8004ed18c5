namespace TrainingGuards.Decoding;

/// <summary>What the targets of a loss are, as far as shapes, types and the loss itself tell.</summary>
internal enum TargetKind
{
    /// <summary>Class indices, for an output of one more dimension; the loss takes logits.</summary>
    ClassesFromLogits,

    /// <summary>Class indices; the loss takes log-probabilities.</summary>
    ClassesFromLogProbabilities,

    /// <summary>Zeros and ones of the output's shape; the loss takes logits.</summary>
    BinaryFromLogits,

    /// <summary>Numbers of the output's shape.</summary>
    Numbers,

    /// <summary>Several outputs or targets, or shapes that do not fit each other.</summary>
    Unknown,
}
