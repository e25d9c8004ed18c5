using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Modules;

/// <summary>TG3009: the weights of a layer are all made equal, or an initialisation is written into a copy of them.</summary>
/// <remarks>
/// Zeros are left alone where they may be meant: the last layer of a residual branch and LoRA's second factor start at zero, and what is before
/// them breaks the symmetry. Zeros in every Linear or Conv of a model are never meant.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SymmetricInitialization() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that is there if a copy is initialised.</summary>
    internal const string IsCopy = nameof(IsCopy);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.SymmetricInitialization,
        nameof(SymmetricInitialization),
        "An initialisation makes all units alike, or does not reach the weights",
        "{0}. {1}.",
        "Units that start equal and get equal gradients stay one unit; what is written into a clone leaves the weights as they are.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterCallAction(
            context,
            torch,
            call => TorchSymbols.Same(call.TargetMethod.ContainingType, torch.Initialization) && call.TargetMethod.Name.EndsWith("_", StringComparison.Ordinal)
                && call.Arguments.Length > 0,
            Analyze);

    private static void Analyze(OperationContext context, IInvocationOperation call, TorchProgram program)
    {
        if (program.Bodies.Around(call.Syntax) is not { } body || program.Bodies.ModelOf(call.Syntax.SyntaxTree).GetOperation(call.Syntax) is not IInvocationOperation shared)
        {
            return;
        }
        IOperation tensor = shared.Arguments[0].Value.WithoutConversion();
        if (CopyOf(tensor, program.Torch) is { } copied && shared.Parent is IExpressionStatementOperation)
        {
            Report(context, call, isCopy: true,
                $"'{call.TargetMethod.Name}' initialises a clone of '{copied.Syntax}', which is then thrown away", $"Initialise '{copied.Syntax}' itself");
        }
        else if (Constant(shared) is { } value && LayerOf(tensor, shared, body, program) is { } layer && IsSymmetric(value, layer) && !IsOverwrittenOrFrozen(shared, ((IPropertyReferenceOperation)tensor).Instance!, body, program.Torch))
        {
            Report(context, call, isCopy: false,
                $"All weights of '{layer.Name}' become {(value == 0 ? "zero" : "equal")}, so its units compute the same{(layer.IsEvery ? " in every layer" : "")}",
                "Use a random initialisation, such as kaiming_uniform_");
        }
    }

    /// <summary>What an expression is a fresh copy of, null where it is none.</summary>
    private static IOperation? CopyOf(IOperation tensor, TorchSymbols torch) => TensorCall.From(tensor, torch) switch
    {
        { Name: "clone", Input: var source } => source,
        { Name: "detach" or "view" or "view_as" or "reshape", Input: var source } => CopyOf(source.WithoutConversion(), torch),
        _ => null,
    };

    /// <summary>The number that all elements become, null where they become different ones.</summary>
    private static double? Constant(IInvocationOperation call) => call.TargetMethod.Name switch
    {
        "zeros_" => 0,
        "ones_" => 1,
        "constant_" => call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == "val")?.Value.Number(),
        _ => null,
    };

    // One unit has no other to be like.
    private static bool IsSymmetric(double value, Initialised layer) => (value != 0 || layer.IsEvery) && layer.Units is not 1;

    private static Initialised? LayerOf(IOperation tensor, IOperation call, MethodBody body, TorchProgram program)
    {
        if (tensor is not IPropertyReferenceOperation { Property.Name: "weight", Instance: { Type: { } type } owner } || !IsDense(type, program.Torch))
        {
            return null;
        }
        if (owner is ILocalReferenceOperation { Local: var local } && StandsForEvery(local, call))
        {
            return new Initialised(local.Name, units: null, isEvery: true);
        }
        return program.Values.Of(owner, body) is { Length: 1 } made && made[0] is { Creation: { } creation } value && IsUnits(new Layer(value.Type, creation), out double units)
            ? new Initialised(owner.Syntax.ToString(), units, isEvery: false)
            : null;
    }

    private static bool IsDense(ITypeSymbol type, TorchSymbols torch) => Layers.IsLinear(type, torch) || Layers.IsConvolution(type, torch);

    private static bool IsUnits(Layer layer, out double units)
    {
        units = layer.Number(layer.Type.Name == "Linear" ? "outputSize" : "out_channels") ?? 2;
        // Depthwise channels do not share an input, and a fixed blur or sum is made so.
        return layer.Argument("groups") is null || layer.Number("groups") is 1;
    }

    // foreach (var m in modules()) if (m is Linear linear) …: whatever Linear there is, and no condition but its type.
    private static bool StandsForEvery(ILocalSymbol local, IOperation call)
    {
        IOperation inner = call;
        for (IOperation? outer = call.Parent; outer is not null; inner = outer, outer = outer.Parent)
        {
            switch (outer)
            {
                case IConditionalOperation { Condition: IIsPatternOperation { Pattern: IDeclarationPatternOperation { DeclaredSymbol: { } matched } } } test
                    when test.WhenTrue == inner && TorchSymbols.Same(matched, local):
                    return IsOverModules(test);
                case IExpressionStatementOperation or IBlockOperation:
                    break;
                default:
                    return false;
            }
        }
        return false;
    }

    private static bool IsOverModules(IOperation test)
    {
        IOperation inner = test;
        for (IOperation? outer = test.Parent; outer is not null; inner = outer, outer = outer.Parent)
        {
            switch (outer)
            {
                // else if (m is Conv2d conv), after another type.
                case IConditionalOperation { Condition: IIsPatternOperation or IIsTypeOperation } other when other.WhenFalse == inner:
                case IBlockOperation:
                    break;
                case IForEachLoopOperation { Collection: var collection }:
                    return collection.DescendantsAndSelf().OfType<IInvocationOperation>().Any(call => call.TargetMethod.Name is "modules" or "named_modules" or "children" or "named_children");
                case IAnonymousFunctionOperation { Parent: IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "apply" } } } }:
                    return true;
                default:
                    return false;
            }
        }
        return false;
    }

    /// <summary>Whether the same weight gets other values in the same body, or is not to be trained: a fixed filter.</summary>
    private static bool IsOverwrittenOrFrozen(IInvocationOperation call, IOperation layer, MethodBody body, TorchSymbols torch)
    {
        if (Receiver.Of(layer, body.Locals) is not { } name)
        {
            return true;
        }
        bool IsWeight(IOperation? tensor) => tensor?.WithoutConversion() is IPropertyReferenceOperation { Property.Name: "weight", Instance: { } owner } && IsLayer(owner);
        bool IsLayer(IOperation? owner) => name.Equals(Receiver.Of(owner, body.Locals));
        return body.Outermost.Root.Descendants().Any(part => part switch
        {
            IInvocationOperation other when TorchSymbols.Same(other.TargetMethod.ContainingType, torch.Initialization) =>
                other != call && other.Arguments.Length > 0 && IsWeight(other.Arguments[0].Value),
            IInvocationOperation other => (TensorCall.From(other, torch) is { IsInPlace: true } change && IsWeight(change.Input))
                || (other.TargetMethod.Name is "load" or "load_state_dict" && IsLayer(other.Instance)),
            ISimpleAssignmentOperation { Target: IPropertyReferenceOperation target } => target.Property.Name == "requires_grad" ? IsWeight(target.Instance) : IsWeight(target),
            _ => false,
        });
    }

    private static void Report(OperationContext context, IInvocationOperation call, bool isCopy, string fact, string advice) =>
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, call.Syntax.GetLocation(), ImmutableDictionary<string, string?>.Empty.Add(IsCopy, isCopy ? "true" : null), fact, advice));

    private sealed class Initialised(string name, double? units, bool isEvery)
    {
        public string Name { get; } = name;

        public double? Units { get; } = units;

        /// <summary>Whether it stands for every layer of its type in a model.</summary>
        public bool IsEvery { get; } = isEvery;
    }
}
