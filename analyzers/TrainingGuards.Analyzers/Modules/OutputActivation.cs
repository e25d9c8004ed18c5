using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Modules;

/// <summary>TG3007: a model ends in an activation that its loss does not expect.</summary>
/// <remarks>
/// The loss is often in another file than the activation. What is looked at is the activation, and the losses of the compilation are
/// searched for one that it reaches: so the diagnostic lies in the file that is analysed, and shows and goes as that file is edited.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OutputActivation() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that says where the input of a call stands; a layer in a list of layers has none.</summary>
    internal const string Input = nameof(Input);

    /// <summary>Before the dot: <c>x.relu()</c>. Anything else is the first argument.</summary>
    internal const string Receiver = nameof(Receiver);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.OutputActivation,
        nameof(OutputActivation),
        "A model ends in an activation that its loss does not expect",
        "'{0}' is the output layer of '{1}', whose output goes to '{2}'. Remove it: {3}.",
        "A loss that takes raw outputs cannot undo an activation: targets are out of reach, units die, or the output is constant.");

    private static readonly ConditionalWeakTable<TorchProgram, Lazy<Dictionary<SyntaxNode, (OutputOperation Output, LossCall Loss)>>> Misplaced = new();

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        context.RegisterOperationAction(
            operation =>
            {
                if (IsActivation(operation.Operation, torch))
                {
                    Analyze(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);

    private static bool IsActivation(IOperation operation, TorchSymbols torch) => operation switch
    {
        IObjectCreationOperation { Type: { } type } => Activation.Of(type, torch) is not null,
        IInvocationOperation call when TensorCall.From(call, torch) is { } function => Activation.Of(function) is not null,
        IInvocationOperation { TargetMethod: { IsStatic: true, ReturnType: var type } } => Activation.Of(type, torch) is not null,
        // relu.call(x), where relu may be declared as any module.
        IInvocationOperation forward => EventVocabulary.IsForward(forward, torch),
        _ => false,
    };

    private static void Analyze(OperationAnalysisContext context, TorchProgram program)
    {
        Dictionary<SyntaxNode, (OutputOperation Output, LossCall Loss)> misplaced =
            Misplaced.GetValue(program, static known => new(() => Find(known))).Value;
        if (misplaced.TryGetValue(context.Operation.Syntax, out (OutputOperation Output, LossCall Loss) found))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor,
                context.Operation.Syntax.GetLocation(),
                [found.Loss.Call.Syntax.GetLocation()],
                Facts(context.Operation, program.Torch),
                NameOf(found.Output), found.Output.Model, found.Loss.Name, ReasonFor(found.Output, found.Loss)));
        }
    }

    private static ImmutableDictionary<string, string?> Facts(IOperation activation, TorchSymbols torch)
    {
        ImmutableDictionary<string, string?> none = ImmutableDictionary<string, string?>.Empty;
        return TensorCall.From(activation, torch) is { } function
            ? none.Add(Input, function.Method is { IsStatic: false } || function.Method.MethodKind == MethodKind.ReducedExtension ? Receiver : "Argument")
            : activation is IInvocationOperation forward && EventVocabulary.IsForward(forward, torch) ? none.Add(Input, "Argument") : none;
    }

    private static Dictionary<SyntaxNode, (OutputOperation, LossCall)> Find(TorchProgram program)
    {
        var found = new Dictionary<SyntaxNode, (OutputOperation, LossCall)>();
        foreach (LossCall loss in LossCall.AllIn(program).OrderBy(loss => loss.Call.Syntax.SyntaxTree.FilePath, StringComparer.Ordinal)
            .ThenBy(loss => loss.Call.Syntax.SpanStart))
        {
            ImmutableArray<OutputOperation> outputs = program.Outputs.Of(loss.Input, loss.Body);
            foreach (OutputOperation output in outputs)
            {
                if (output is { Model: not null, Activation: { } activation } && !found.ContainsKey(output.Operation.Syntax)
                    && IsMisplaced(output, activation, loss, program))
                {
                    found.Add(output.Operation.Syntax, (output, loss));
                }
            }
        }
        return found;
    }

    private static bool IsMisplaced(OutputOperation output, Activation activation, LossCall loss, TorchProgram program)
    {
        if (activation.IsSoftmax)
        {
            // Over several units it is another rule's, or right.
            return IsOverOneUnit(output, program.Torch);
        }
        return loss.Kind switch
        {
            // A Hardtanh with wide bounds is how logits are kept in range.
            LossKind.CrossEntropy or LossKind.BinaryWithLogits => activation.Name != "Hardtanh",
            LossKind.Elementwise => LeavesTargetsOut(activation, loss, program),
            _ => false,
        };
    }

    /// <summary>Whether an activation keeps the output from targets, certainly; or is one that no target asks for.</summary>
    private static bool LeavesTargetsOut(Activation activation, LossCall loss, TorchProgram program)
    {
        Interval? targets = new TensorRange(program).Of(loss.Target, loss.Body);
        bool isFitted = activation.Name is "Sigmoid" or "Hardsigmoid" or "Tanh" or "Hardtanh" or "Softsign" or "Softplus" or "LogSigmoid";
        if (targets is { } range)
        {
            return activation.Name != "Hardtanh" && (activation.IsUnbounded || !activation.Range.Contains(range));
        }
        // The output of a network that is not known may be as rectified as this one's.
        return !isFitted && !ComesFromNetwork(loss, program);
    }

    private static bool ComesFromNetwork(LossCall loss, TorchProgram program) => loss.Body.Provenance?.Trace(loss.Target).Operations
        .SelectMany(made => made.DescendantsAndSelf()).OfType<IInvocationOperation>().Any(call => EventVocabulary.IsForward(call, program.Torch)) == true;

    private static bool IsOverOneUnit(OutputOperation output, TorchSymbols torch)
    {
        object? dimension = output.Layer is { } layer ? layer.Constant("dim") : DimensionOf(output.Operation);
        return dimension is 1 or 1L or -1 or -1L && output.Previous?.Layer is { } linear && Layers.IsLinear(linear.Type, torch) && linear.Number("outputSize") is 1;
    }

    private static object? DimensionOf(IOperation call) => CallBinding.ArgumentsOf(call)
        .FirstOrDefault(argument => argument.Parameter?.Name == "dim")?.Value is { ConstantValue: { HasValue: true, Value: var dimension } } ? dimension : null;

    private static string NameOf(OutputOperation output) =>
        output.Layer is null && output.Operation is IInvocationOperation function ? function.TargetMethod.Name : output.Activation!.Name;

    private static string ReasonFor(OutputOperation output, LossCall loss) => (output.Activation!, loss.Kind) switch
    {
        ({ Name: "LogSoftmax" }, _) => "over one unit it is always 0",
        ({ IsSoftmax: true }, _) => "over one unit it is always 1",
        (_, LossKind.CrossEntropy or LossKind.BinaryWithLogits) => $"'{loss.Name}' takes logits, of any sign and size",
        ({ IsUnbounded: true }, _) => "it bends what is to be fitted as it is",
        var (activation, _) => $"targets {Outside(activation.Range)} are out of its reach",
    };

    private static string Outside(Interval range) =>
        double.IsPositiveInfinity(range.High) ? $"below {Text(range.Low)}"
        : double.IsNegativeInfinity(range.Low) ? $"above {Text(range.High)}"
        : $"outside of [{Text(range.Low)}, {Text(range.High)}]";

    private static string Text(double end) => end.ToString("G3", CultureInfo.InvariantCulture);
}
