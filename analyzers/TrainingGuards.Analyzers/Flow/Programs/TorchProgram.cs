using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>
/// A compilation as the analyses that look beyond one method see it. Every part is made when first asked for, once, and shared by the
/// rules that run on the compilation.
/// </summary>
internal sealed class TorchProgram
{
    private static readonly ConditionalWeakTable<Compilation, TorchProgram> Known = new();

    private readonly Lazy<DerivedTypes> _derived;

    private TorchProgram(Compilation compilation, TorchSymbols torch)
    {
        Compilation = compilation;
        Torch = torch;
        Bodies = new MethodBodies(compilation);
        References = new References(compilation, Bodies);
        Events = new EventGraphs(this);
        Called = new CalledEvents(this);
        Modes = new ModuleModes(this);
        LoadedPasses = new LoadedPasses(this);
        Evaluations = new Evaluations(this);
        Values = new ModuleValues(this);
        Types = new ModuleTypes(this);
        Registrations = new Registrations(this);
        Stages = new Stages(this);
        Outputs = new ModelOutputs(this);
        LossInputs = new LossInputs(this);
        BatchSteps = new BatchSteps(this);
        UndividedLosses = new UndividedLosses(this);
        Axes = new TensorAxes(this);
        Loaders = new LoaderFlows(this);
        Vision = new VisionSymbols(compilation);
        States = new LiveStates(this);
        _derived = new Lazy<DerivedTypes>(() => new DerivedTypes(compilation));
    }

    public Compilation Compilation { get; }

    public TorchSymbols Torch { get; }

    /// <summary>The operations of methods and initialisers.</summary>
    public MethodBodies Bodies { get; }

    /// <summary>Where a member is mentioned.</summary>
    public References References { get; }

    /// <summary>What training does, in the order of control flow.</summary>
    public EventGraphs Events { get; }

    /// <summary>What an event sets off in its callees.</summary>
    public CalledEvents Called { get; }

    /// <summary>Whether a module trains or evaluates at a point.</summary>
    public ModuleModes Modes { get; }

    /// <summary>Which forward passes follow the loading of their module.</summary>
    public LoadedPasses LoadedPasses { get; }

    /// <summary>Which forward passes only measure.</summary>
    public Evaluations Evaluations { get; }

    /// <summary>Where a module was made.</summary>
    public ModuleValues Values { get; }

    /// <summary>What a module is made of.</summary>
    public ModuleTypes Types { get; }

    /// <summary>Who registers a module's components.</summary>
    public Registrations Registrations { get; }

    /// <summary>Which layer or function is applied directly after which.</summary>
    public Stages Stages { get; }

    /// <summary>What a model's forward ends in.</summary>
    public ModelOutputs Outputs { get; }

    /// <summary>What each loss is computed from.</summary>
    public LossInputs LossInputs { get; }

    /// <summary>What lies between a batch and the places that count on it.</summary>
    public BatchSteps BatchSteps { get; }

    /// <summary>Which losses are backpropagated as they were computed.</summary>
    public UndividedLosses UndividedLosses { get; }

    /// <summary>How long the axes of a tensor are.</summary>
    public TensorAxes Axes { get; }

    /// <summary>Which loops go over the batches of which DataLoader.</summary>
    public LoaderFlows Loaders { get; }

    /// <summary>Transforms and data sets of torchvision, where it is referenced.</summary>
    public VisionSymbols Vision { get; }

    /// <summary>Where the tensors of a module are kept by reference.</summary>
    public LiveStates States { get; }

    /// <summary>Which types of the compilation derive from which.</summary>
    public DerivedTypes Derived => _derived.Value;

    /// <summary>Whether something is declared in the compilation itself, so that there may be code of it to look into.</summary>
    public bool IsOwn(ISymbol symbol) => TorchSymbols.Same(symbol.ContainingAssembly, Compilation.Assembly);

    public static TorchProgram Of(Compilation compilation, TorchSymbols torch) =>
        Known.GetValue(compilation, known => new TorchProgram(known, torch));
}
