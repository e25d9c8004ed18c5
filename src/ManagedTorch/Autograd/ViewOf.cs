namespace TorchSharp;

/// <summary>How a view came about, which decides whether a gradient may be recorded through writing to it.</summary>
internal enum ViewOrigin
{
    /// <summary>The one result of its operation: its gradient takes its part of the base's.</summary>
    Alone,

    /// <summary>Made in no_grad: nobody can say whether a write to it is to be recorded.</summary>
    WithoutGrad,

    /// <summary>One of several results of one operation, whose node could not be rewritten for one of them alone.</summary>
    OneOfSeveral,

    /// <summary>Made in a custom function, whose own backward the write would go around.</summary>
    InCustomFunction,
}

/// <summary>What a differentiable view is a view of: always a tensor that is none itself.</summary>
internal sealed class ViewOf(TensorImpl @base, ViewOrigin origin)
{
    internal TensorImpl Base { get; } = @base;

    internal ViewOrigin Origin { get; set; } = origin;

    internal long RebasedSeen { get; set; } = @base.Autograd?.Rebased ?? 0;

    /// <summary>Whether the base was written, and recorded, since this view last looked at its place in the graph.</summary>
    internal bool IsOutdated => (Base.Autograd?.Rebased ?? 0) != RebasedSeen;

    /// <summary>A view of a view is as good as the worse of them.</summary>
    internal static ViewOf Of(TensorImpl shown)
    {
        ViewOrigin origin = GradMode.Enabled ? ViewOrigin.Alone : ViewOrigin.WithoutGrad;
        // A leaf that asks for a gradient stands for itself, even where it shows another tensor's storage.
        if (shown.Autograd is not { RequiresGrad: false, View: { } outer }) return new(shown, origin);
        return new(outer.Base, origin == ViewOrigin.Alone ? outer.Origin : origin);
    }

    internal void RefuseWrite(string written)
    {
        if (Origin == ViewOrigin.Alone) return;
        string reason = Origin switch
        {
            ViewOrigin.OneOfSeveral => "It is an output of a function that returns several views (split, chunk, unbind), and a gradient cannot be recorded through a write to one of them.",
            ViewOrigin.InCustomFunction => "It is an output of a custom function, whose backward the write would go around.",
            _ => "It was made in no_grad, and whether the write is to be recorded is ambiguous.",
        };
        throw TorchError.Of($"A view {written} in place while gradients are recorded. {reason} Use the operation that returns a new tensor, or clone the view first.");
    }
}
