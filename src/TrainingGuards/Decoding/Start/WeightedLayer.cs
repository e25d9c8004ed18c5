using TorchSharp.Modules;
using TrainingGuards.Localisation;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>A weight of one of torch's own layers whose rows are units: linear, convolution, recurrent, attention. Embeddings and normalisations are none.</summary>
/// <param name="Path">The module's path in the model.</param>
/// <param name="Module">The module.</param>
/// <param name="WeightName">The weight's name in the model: <c>hidden.weight</c>.</param>
/// <param name="Weight">The weight.</param>
/// <param name="Bias">Its bias, a number a unit; null where it has none.</param>
internal sealed record WeightedLayer(string Path, nn.Module Module, string WeightName, Parameter Weight, Parameter? Bias)
{
    /// <summary>How many units there are.</summary>
    public long Units => IsTransposed ? Weight.shape[1] : Weight.shape[0];

    /// <summary>How many numbers each unit weighs.</summary>
    public long FanIn => Weight.numel() / Units;

    /// <summary>Whether each unit sees only a part of the channels.</summary>
    public bool IsGrouped => Module is Convolution { groups: > 1 };

    /// <summary>By how much it multiplies independent inputs of mean 0: rms(W)·√fan-in; 0.58 with TorchSharp's default, 1.41 with He's.</summary>
    public double Gain
    {
        get
        {
            using var scope = NewDisposeScope();
            return Weight.detach().to(ScalarType.Float64).square().mean().sqrt().ToDouble() * Math.Sqrt(FanIn);
        }
    }

    private bool IsTransposed => Module is ConvolutionTranspose;

    /// <summary>All of a model, in the order of registration, each weight once.</summary>
    public static IReadOnlyList<WeightedLayer> In(nn.Module model)
    {
        var layers = new List<WeightedLayer>();
        var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        foreach ((string path, nn.Module module) in ModelTensors.Modules(model))
        {
            string type = module.GetType().Name;
            if (!ModuleKind.IsTorch(module) || type.Contains("Norm", StringComparison.Ordinal) || type.Contains("Embedding", StringComparison.Ordinal)) continue;
            (string Name, Parameter Parameter)[] own = [.. module.named_parameters(recurse: false)];
            foreach ((string name, Parameter weight) in own.Where(part => part.Parameter.dim() >= 2 && part.Parameter.numel() > 0 && part.Parameter.is_floating_point()))
            {
                if (!seen.Add(weight)) continue;
                var layer = new WeightedLayer(path, module, ReferenceEquals(module, model) ? name : $"{path}.{name}", weight, Bias: null);
                string bias = name.Replace("weight", "bias", StringComparison.Ordinal);
                layers.Add(layer with { Bias = own.Where(part => part.Name == bias && part.Parameter.dim() == 1 && part.Parameter.numel() == layer.Units).Select(part => part.Parameter).FirstOrDefault() });
            }
        }
        return layers;
    }

    /// <summary>A tensor of the weight's shape with one row a unit.</summary>
    public Tensor Rows(Tensor tensor) => (IsTransposed ? tensor.transpose(0, 1) : tensor).reshape(Units, -1);

    /// <summary>Where it is made: the layer, and the lines of the constructor of the user's module that holds it.</summary>
    public Place Place(nn.Module model)
    {
        nn.Module? owner = ModelTensors.Modules(model)
            .Where(part => !ModuleKind.IsTorch(part.Module) && (ReferenceEquals(part.Module, model) || CoveringNames.IsUnder(Path, part.Path)))
            .OrderBy(part => ReferenceEquals(part.Module, model) ? 0 : part.Path.Length)
            .Select(part => part.Module)
            .LastOrDefault();
        return new(Path, owner is not null && MethodLines.Constructor(owner) is { } lines ? lines.Text(lines.First, lines.Last) : null);
    }
}
