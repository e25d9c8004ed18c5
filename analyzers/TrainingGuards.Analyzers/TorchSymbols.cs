using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers;

/// <summary>TorchSharp's symbols, looked up once a compilation and shared by every rule that runs on it.</summary>
internal sealed class TorchSymbols
{
    private static readonly ConditionalWeakTable<Compilation, Lazy<TorchSymbols?>> Known = new();

    private readonly ImmutableArray<INamedTypeSymbol> _lossBases;

    private TorchSymbols(INamedTypeSymbol tensor, IAssemblySymbol assembly)
    {
        INamedTypeSymbol? Type(string metadataName) => assembly.GetTypeByMetadataName(metadataName);

        Tensor = tensor;
        Torch = tensor.ContainingType;
        Functional = Type("TorchSharp.torch+nn+functional");
        GradientUtils = Type("TorchSharp.torch+nn+utils");
        Autograd = Type("TorchSharp.torch+autograd");
        Module = Type("TorchSharp.torch+nn+Module");
        Parameter = Type("TorchSharp.Modules.Parameter");
        Initialization = Type("TorchSharp.torch+nn+init");
        Reduction = Type("TorchSharp.torch+nn+Reduction");
        Optimizer = Type("TorchSharp.torch+optim+Optimizer");
        LRScheduler = Type("TorchSharp.torch+optim+lr_scheduler+LRScheduler");
        Dataset = Type("TorchSharp.torch+utils+data+Dataset`1");
        DataLoader = Type("TorchSharp.Modules.DataLoader`2");
        TorchRandom = Type("TorchSharp.torch+random");
        Cuda = Type("TorchSharp.torch+cuda");
        _lossBases = ImmutableArray.CreateRange(
            new[] { Type("TorchSharp.Loss`3"), Type("TorchSharp.Loss`4"), Type("TorchSharp.Loss`5") }.OfType<INamedTypeSymbol>());
    }

    public INamedTypeSymbol Torch { get; }

    public INamedTypeSymbol Tensor { get; }

    public INamedTypeSymbol? Functional { get; }

    /// <summary>torch.nn.utils, the home of clip_grad_norm_.</summary>
    public INamedTypeSymbol? GradientUtils { get; }

    public INamedTypeSymbol? Autograd { get; }

    /// <summary>torch.nn.Module, the base of every module whatever its inputs.</summary>
    public INamedTypeSymbol? Module { get; }

    public INamedTypeSymbol? Parameter { get; }

    /// <summary>torch.nn.init, the home of kaiming_uniform_.</summary>
    public INamedTypeSymbol? Initialization { get; }

    public INamedTypeSymbol? Reduction { get; }

    public INamedTypeSymbol? Optimizer { get; }

    public INamedTypeSymbol? LRScheduler { get; }

    /// <summary>torch.utils.data.Dataset of any example, the base of every data set.</summary>
    public INamedTypeSymbol? Dataset { get; }

    /// <summary>DataLoader of any example and batch, the base of every loader.</summary>
    public INamedTypeSymbol? DataLoader { get; }

    /// <summary>torch.random, a home of manual_seed.</summary>
    public INamedTypeSymbol? TorchRandom { get; }

    public INamedTypeSymbol? Cuda { get; }

    /// <summary>The symbols of a compilation, null where it does not use TorchSharp.</summary>
    /// <remarks>Another library is also named TorchSharp: what counts is the type, not the name of its assembly.</remarks>
    public static TorchSymbols? Of(Compilation compilation) => Known.GetValue(compilation, static known => new Lazy<TorchSymbols?>(() =>
        known.GetTypeByMetadataName("TorchSharp.torch+Tensor") is { ContainingType: not null } tensor
            ? new TorchSymbols(tensor, tensor.ContainingAssembly)
            : null)).Value;

    /// <summary>Whether a symbol is TorchSharp's own.</summary>
    public bool Owns(ISymbol symbol) => Same(symbol.ContainingAssembly, Tensor.ContainingAssembly);

    public bool IsTensor(ITypeSymbol? type) => Same(type, Tensor);

    public bool IsModule(ITypeSymbol? type) => DerivesFrom(type, Module);

    public bool IsParameter(ITypeSymbol? type) => DerivesFrom(type, Parameter);

    public bool IsOptimizer(ITypeSymbol? type) => DerivesFrom(type, Optimizer);

    public bool IsDataset(ITypeSymbol? type) => DerivesFrom(type, Dataset);

    public bool IsDataLoader(ITypeSymbol? type) => DerivesFrom(type, DataLoader);

    /// <summary>A call that sets a process-wide generator to a state: manual_seed of torch, torch.random or torch.cuda.</summary>
    public bool IsManualSeed(IMethodSymbol method) => method is { Name: "manual_seed" or "manual_seed_all", IsStatic: true }
        && (Same(method.ContainingType, Torch) || Same(method.ContainingType, TorchRandom) || Same(method.ContainingType, Cuda));

    /// <summary>A module that computes a loss, TorchSharp's own or one derived from its bases.</summary>
    public bool IsLossModule(ITypeSymbol? type)
    {
        foreach (INamedTypeSymbol known in _lossBases)
        {
            if (DerivesFrom(type, known))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>A loss function of torch.nn.functional: those, and no others, take a reduction.</summary>
    public bool IsLossFunction(IMethodSymbol method) =>
        Same(method.ContainingType, Functional) && method.Parameters.Any(parameter => Same(parameter.Type, Reduction));

    /// <summary>A call that computes a loss: a loss function's, or <c>call</c> or <c>forward</c> of a loss module.</summary>
    public bool IsLossCall(IInvocationOperation call) => IsLossFunction(call.TargetMethod) || (IsModuleCall(call) && IsLossModule(call.Instance?.Type));

    /// <summary>A call of a module on its input, by <c>call</c> or <c>forward</c>.</summary>
    public bool IsModuleCall(IInvocationOperation call) => call.TargetMethod.Name is "call" or "forward" && IsModule(call.Instance?.Type);

    /// <summary>Whether <paramref name="type"/> is <paramref name="ancestor"/> or derives from it.</summary>
    public static bool DerivesFrom(ITypeSymbol? type, INamedTypeSymbol? ancestor)
    {
        for (ITypeSymbol? current = type; current is not null && ancestor is not null; current = current.BaseType)
        {
            if (Same(current.OriginalDefinition, ancestor))
            {
                return true;
            }
        }
        return type is ITypeParameterSymbol parameter && IsConstrainedTo(parameter, ancestor);
    }

    // Apart, so that the common case makes no closure.
    private static bool IsConstrainedTo(ITypeParameterSymbol parameter, INamedTypeSymbol? ancestor) => parameter.ConstraintTypes.Any(constraint => DerivesFrom(constraint, ancestor));

    public static bool Same(ISymbol? one, ISymbol? other) => one is not null && SymbolEqualityComparer.Default.Equals(one, other);
}
