namespace TrainingGuards.Analyzers.Flow;

/// <summary>What can happen in training that the order of things depends on.</summary>
[Flags]
internal enum EventKind
{
    None = 0,

    /// <summary>zero_grad of an optimizer or a module.</summary>
    ZeroGrad = 1,

    /// <summary>backward of a tensor.</summary>
    Backward = 1 << 1,

    /// <summary>step of an optimizer.</summary>
    OptimizerStep = 1 << 2,

    /// <summary>step of a learning-rate scheduler.</summary>
    SchedulerStep = 1 << 3,

    /// <summary>clip_grad_norm_ or clip_grad_value_.</summary>
    ClipGradients = 1 << 4,

    /// <summary>train() of a module.</summary>
    Train = 1 << 5,

    /// <summary>eval() of a module, or train(false).</summary>
    Eval = 1 << 6,

    /// <summary>train(x) of a module where x is not a constant.</summary>
    SetMode = 1 << 7,

    /// <summary>call or forward of a module, a loss left out.</summary>
    Forward = 1 << 8,

    /// <summary>A gradient mode begins: no_grad, enable_grad, inference_mode, set_grad_enabled.</summary>
    GradModeBegin = 1 << 9,

    /// <summary>It is disposed.</summary>
    GradModeEnd = 1 << 10,

    /// <summary>A local, field or property that holds a module or an optimizer gets another value.</summary>
    Assign = 1 << 11,

    /// <summary>A call of anything else, which may do any of the above.</summary>
    Call = 1 << 12,

    /// <summary>The grad of a tensor is read or set by hand.</summary>
    Gradient = 1 << 13,

    /// <summary>load or load_state_dict of a module: other weights, the same mode.</summary>
    Load = 1 << 14,

    /// <summary>Sets the mode of a module.</summary>
    Mode = Train | Eval | SetMode,

    /// <summary>Changes parameters, or computes what will.</summary>
    Training = Backward | OptimizerStep,
}
