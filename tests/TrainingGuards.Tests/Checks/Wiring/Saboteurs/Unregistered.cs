using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>A classifier of [n, 8] that holds a part in a way which torch does not look for.</summary>
internal abstract class Unregistered(string name) : nn.Module<Tensor, Tensor>(name)
{
    public static Setup Setup(Func<nn.Module> model) => SoundSetups.Classifier with { Model = model, Evaluate = null };
}

/// <summary>A stack of layers in a list, in a part.</summary>
internal sealed class LayersInList : Unregistered
{
    private readonly Stack encoder = new();
    private readonly Linear head = nn.Linear(8, 4);

    public LayersInList() : base(nameof(LayersInList)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(encoder.call(x));

    internal sealed class Stack : nn.Module<Tensor, Tensor>
    {
        private readonly List<Linear> _blocks = [nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 8)]; // list

        public Stack() : base(nameof(Stack)) => RegisterComponents();

        public override Tensor forward(Tensor x) => _blocks.Aggregate(x, (features, block) => block.call(features).relu());
    }
}

/// <summary>A layer for each key.</summary>
internal sealed class LayersInDictionary : Unregistered
{
    private readonly Dictionary<string, Linear> layers = new() { ["hidden"] = nn.Linear(8, 8) };
    private readonly Linear head = nn.Linear(8, 4);

    public LayersInDictionary() : base(nameof(LayersInDictionary)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(layers["hidden"].call(x));
}

/// <summary>A tuple, in an automatic property.</summary>
internal sealed class LayersInTuple : Unregistered
{
    private readonly Linear head = nn.Linear(8, 4);

    public LayersInTuple() : base(nameof(LayersInTuple)) => RegisterComponents();

    private (Linear First, Linear Second) Pair { get; } = (nn.Linear(8, 8), nn.Linear(8, 8));

    public override Tensor forward(Tensor x) => head.call(Pair.Second.call(Pair.First.call(x).relu()));
}

/// <summary>Parameters in an array.</summary>
internal sealed class ScalesInArray : Unregistered
{
    private readonly Parameter[] scales = [new Parameter(ones(8)), new Parameter(ones(8))];
    private readonly Linear head = nn.Linear(8, 4);

    public ScalesInArray() : base(nameof(ScalesInArray)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(x * scales[0] * scales[1]);
}

/// <summary>Batch statistics without weights in an array: the checkpoint lacks them, and eval() does not reach them.</summary>
internal sealed class StatisticsInArray : Unregistered
{
    private readonly BatchNorm1d[] norms = [nn.BatchNorm1d(8, affine: false)];
    private readonly Linear head = nn.Linear(8, 4);

    public StatisticsInArray() : base(nameof(StatisticsInArray)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(norms[0].call(x));
}

/// <summary>Layers in an object that is no module.</summary>
internal sealed class LayersInObject : Unregistered
{
    private readonly Pair pair = new(nn.Linear(8, 8), nn.Linear(8, 8));
    private readonly Linear head = nn.Linear(8, 4);

    public LayersInObject() : base(nameof(LayersInObject)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(pair.Second.call(pair.First.call(x).relu()));

    internal sealed record Pair(Linear First, Linear Second);
}

/// <summary>A head that is assigned too late.</summary>
internal sealed class HeadAssignedLate : Unregistered
{
    private readonly Linear hidden = nn.Linear(8, 8);
    private readonly Linear head;

    public HeadAssignedLate() : base(nameof(HeadAssignedLate))
    {
        RegisterComponents();
        head = nn.Linear(8, 4); // late
    }

    public override Tensor forward(Tensor x) => head.call(hidden.call(x).relu());
}

/// <summary>A head that takes the place of the registered one.</summary>
internal sealed class HeadReplaced : Unregistered
{
    private readonly Linear hidden = nn.Linear(8, 8);
    private Linear head = nn.Linear(8, 1000);

    public HeadReplaced() : base(nameof(HeadReplaced))
    {
        RegisterComponents();
        Resize(4);
    }

    public override Tensor forward(Tensor x) => head.call(hidden.call(x).relu());

    private void Resize(long classes) => head = nn.Linear(8, classes);
}

/// <summary>A base with a private layer.</summary>
internal abstract class Encoder : Unregistered
{
    private readonly Linear layer = nn.Linear(8, 8); // hidden

    protected Encoder() : base(nameof(Encoder)) => RegisterComponents();

    public override Tensor forward(Tensor x) => layer.call(x).relu();
}

/// <summary>A derived class whose field has the name of a private one of its base.</summary>
internal sealed class FieldHidesBase : Encoder
{
    private readonly Linear layer = nn.Linear(8, 4);

    public override Tensor forward(Tensor x) => layer.call(base.forward(x));
}

/// <summary>A block in a Sequential that registers nothing itself.</summary>
internal sealed class BlockRegistersNothing : Unregistered
{
    private readonly Sequential body = nn.Sequential(new Block(), nn.Linear(8, 4));

    public BlockRegistersNothing() : base(nameof(BlockRegistersNothing)) => RegisterComponents();

    public override Tensor forward(Tensor x) => body.call(x);

    internal sealed class Block() : nn.Module<Tensor, Tensor>(nameof(Block))
    {
        private readonly Linear hidden = nn.Linear(8, 8);

        public override Tensor forward(Tensor x) => hidden.call(x).relu();
    }
}

/// <summary>A tensor that is to be trained and is no parameter.</summary>
internal sealed class TensorScale : Unregistered
{
    private readonly Tensor scale = ones(8).requires_grad_();
    private readonly Linear head = nn.Linear(8, 4);

    public TensorScale() : base(nameof(TensorScale)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(x * scale);
}

/// <summary>A layer that is added to a ModuleList after its registration.</summary>
internal sealed class AddedToModuleList : Unregistered
{
    private readonly ModuleList<Linear> layers = nn.ModuleList(nn.Linear(8, 8));

    public AddedToModuleList() : base(nameof(AddedToModuleList))
    {
        RegisterComponents();
        layers.Add(nn.Linear(8, 4));
    }

    public override Tensor forward(Tensor x) => layers[1].call(layers[0].call(x).relu());
}

/// <summary>A head that the first forward pass builds, when it knows the size.</summary>
internal sealed class HeadBuiltInForward(bool register) : Unregistered(nameof(HeadBuiltInForward))
{
    private readonly Linear hidden = nn.Linear(8, 8);
    private Linear? head;

    public static HeadBuiltInForward New(bool register)
    {
        var model = new HeadBuiltInForward(register);
        model.RegisterComponents();
        return model;
    }

    public override Tensor forward(Tensor x)
    {
        Tensor features = hidden.call(x).relu();
        if (head is null)
        {
            head = nn.Linear(features.shape[1], 4, device: x.device);
            if (register) register_module("head", head);
        }
        return head.call(features);
    }
}

/// <summary>Sound: a frozen teacher, hidden from state_dict on purpose; activations in an array; a mask in a list; the same layer once more in an array; its parent in a field.</summary>
internal sealed class HiddenOnPurpose : Unregistered
{
    private readonly nn.Module<Tensor, Tensor>[] teacher = [nn.Sequential(nn.Linear(8, 4), nn.Dropout(0.1))];
    private readonly nn.Module<Tensor, Tensor>[] activations = [nn.ReLU(), nn.Tanh()];
    private readonly List<Tensor> masks = [ones(8)];
    private readonly Linear hidden = nn.Linear(8, 8);
    private readonly Linear head = nn.Linear(8, 4);
    private readonly Linear[] all;
    private readonly List<string> names = ["hidden", "head"];
    private Tensor? last;

    public HiddenOnPurpose() : base(nameof(HiddenOnPurpose))
    {
        teacher[0].eval();
        foreach (Parameter parameter in teacher[0].parameters()) parameter.requires_grad = false;
        RegisterComponents();
        all = [hidden, head];
    }

    public override Tensor forward(Tensor x)
    {
        last = activations[names.Count - 2].call(all[0].call(x * masks[0].to(x.device)));
        return all[1].call(last);
    }
}
