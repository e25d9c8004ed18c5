namespace TrainingGuards.Analyzers.Flow;

/// <summary>What a loss takes as its input.</summary>
internal enum LossKind
{
    /// <summary>Values in the units of the target: mse, l1, smooth_l1, huber.</summary>
    Elementwise,

    /// <summary>Logits, one a class: cross_entropy.</summary>
    CrossEntropy,

    /// <summary>Logits, one a yes or no: binary_cross_entropy_with_logits.</summary>
    BinaryWithLogits,

    /// <summary>Probabilities: binary_cross_entropy.</summary>
    BinaryProbabilities,

    /// <summary>Log-probabilities, one a class: nll_loss.</summary>
    LogProbabilities,

    /// <summary>The logarithms of a distribution: kl_div.</summary>
    Divergence,
}
