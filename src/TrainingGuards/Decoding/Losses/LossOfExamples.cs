using System.Reflection;
using TrainingGuards.Localisation;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>The user's loss as a function of which examples' outputs are given with which examples' targets; the model is not asked again.</summary>
internal sealed class LossOfExamples
{
    private readonly Trial _trial;
    private readonly Tensors _outputs, _targets;
    private readonly IReadOnlyList<ExampleAxis> _axes;
    private readonly long _size;

    /// <param name="trial">The trial, whose loss it is.</param>
    /// <param name="outputs">The model's outputs of a batch.</param>
    /// <param name="targets">The targets of that batch.</param>
    /// <param name="axes">Where in each output the examples lie.</param>
    public LossOfExamples(Trial trial, Tensors outputs, Tensors targets, IReadOnlyList<ExampleAxis> axes)
    {
        (_trial, _axes, _size) = (trial, axes, targets[0].shape[0]);
        (_outputs, _targets) = (outputs.Select(Single), targets.Select(Single));
    }

    /// <summary>How often the loss was asked.</summary>
    public int Calls { get; private set; }

    public Tensors Outputs => _outputs;

    public Tensors Targets => _targets;

    /// <summary>The delegate that computes it, by name, with its lines.</summary>
    public Place Where
    {
        get
        {
            Setup setup = _trial.Setup;
            (string name, Delegate? loss) = setup.LossTerms is { } terms ? (nameof(Setup.LossTerms), terms) : setup.JointLoss is { } joint ? (nameof(Setup.JointLoss), joint) : (nameof(Setup.Loss), (Delegate?)setup.Loss);
            MethodInfo? method = loss?.Method;
            return new(name, method is not null && MethodLines.Of(method) is { } lines ? lines.Text(lines.First, lines.Last) : null);
        }
    }

    /// <summary>The loss of the outputs of some examples, given with the targets of as many.</summary>
    public double Of(long[] outputs, long[] targets, long seed = 0) => Terms(outputs, targets, seed).Sum(term => term.Value);

    /// <summary>The loss of examples with their own targets.</summary>
    public double Of(long[] examples) => Of(examples, examples);

    /// <summary>The same by terms, each with its name; one without a name where the loss has none.</summary>
    public (string Name, double Value)[] Terms(long[] outputs, long[] targets, long seed = 0)
    {
        using IDisposable scope = _trial.Scope();
        using IDisposable grad = no_grad();
        Calls++;
        manual_seed(seed);
        Tensors given = Given(outputs), wanted = Wanted(targets);
        return _trial.Setup.LossTerms is { } terms && Calls > 1
            ? [.. terms(given, wanted).Select(term => (term.Key, term.Value.ToDouble()))]
            : [("", _trial.Loss(given, wanted).ToDouble())];
    }

    /// <summary>The loss of outputs that are changed, with their own targets.</summary>
    public double OfChanged(long[] examples, Func<Tensor, Tensor> change)
    {
        using IDisposable scope = _trial.Scope();
        using IDisposable grad = no_grad();
        Calls++;
        manual_seed(0);
        return _trial.Loss(Given(examples).Select(output => output.is_floating_point() ? change(output) : output), Wanted(examples)).ToDouble();
    }

    /// <summary>The gradients of the loss by the outputs of examples, flat, with the targets of others; in an open scope.</summary>
    public Tensor Gradient(long[] outputs, long[] targets)
    {
        Calls++;
        manual_seed(0);
        Tensors given = Given(outputs).Select(output => output.is_floating_point() ? output.detach().clone().requires_grad_() : output);
        Tensor[] leaves = [.. given.Where(output => output.requires_grad)];
        Tensor loss = _trial.Loss(given, Wanted(targets));
        IList<Tensor> gradients = autograd.grad([loss], leaves, [ones_like(loss)], allow_unused: true);
        return cat([.. gradients.Zip(leaves, (gradient, leaf) => (gradient is null || gradient.IsInvalid ? zeros_like(leaf) : gradient).to(ScalarType.Float64).flatten())], 0);
    }

    /// <summary>For each number of <see cref="Gradient"/>, of which of the given examples it is; −1 for none.</summary>
    public Tensor Owners(long[] examples)
    {
        var owners = new List<Tensor>();
        foreach ((Tensor output, ExampleAxis axis) in _outputs.Zip(_axes))
        {
            if (!output.is_floating_point()) continue;
            Tensor like = axis.Take(output, examples, _size);
            Tensor owner = full(like.shape, -1L, dtype: ScalarType.Int64, device: output.device);
            if (axis.Dimension >= 0)
            {
                Tensor at = arange(examples.Length, dtype: ScalarType.Int64, device: output.device);
                if (axis.Rows > 1) at = axis.RowsFirst ? at.repeat(axis.Rows) : at.repeat_interleave(axis.Rows);
                owner = at.reshape([.. Enumerable.Repeat(1L, axis.Dimension), -1, .. Enumerable.Repeat(1L, (int)like.dim() - axis.Dimension - 1)]).expand(like.shape);
            }
            owners.Add(owner.flatten());
        }
        return cat([.. owners], 0);
    }

    private Tensors Given(long[] examples)
    {
        int k = 0;
        return _outputs.Select(output => _axes[k++].Take(output, examples, _size));
    }

    private Tensors Wanted(long[] examples)
    {
        using Tensor index = tensor(examples, device: _targets[0].device);
        return _targets.Select(target => target.index_select(0, index));
    }

    // Half-precision numbers round more than what is looked for.
    private static Tensor Single(Tensor tensor) => tensor.detach() is var values && values.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? values.to(ScalarType.Float32) : values;
}
