using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Modules;

/// <summary>TG3014: a convolution of an even kernel is padded as if it had a centre.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EvenKernel() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Strict(
        RuleIds.EvenKernel,
        nameof(EvenKernel),
        "A convolution that is to keep the size has an even kernel",
        "A kernel of {0} has no centre, so {1}. Use {2}.",
        "Each such layer moves the image by half a pixel, against its input and against a skip connection round it.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (operation.Operation.Type is INamedTypeSymbol type && Layers.IsConvolution(type, torch)
                    && operation.Operation is IObjectCreationOperation or IInvocationOperation { TargetMethod.IsStatic: true })
                {
                    Analyze(operation, new Layer(type, operation.Operation));
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);

    private static void Analyze(OperationContext context, Layer layer)
    {
        if (EvenSize(layer.Argument("kernel_size")) is { } size && Is(layer.Argument("stride"), 1) && Is(layer.Argument("dilation"), 1)
            && Consequence(layer.Argument("padding"), size) is { } consequence)
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, context.Operation.Syntax.GetLocation(), size, consequence, size + 1));
        }
    }

    /// <summary>What half a kernel of padding does, null for any other padding.</summary>
    private static string? Consequence(IOperation? padding, int size) => padding switch
    {
        { Type: { Name: "Padding", TypeKind: TypeKind.Enum } type, ConstantValue: { HasValue: true, Value: var value } } =>
            type.GetMembers("Same").OfType<IFieldSymbol>().Any(same => Equals(same.ConstantValue, value)) ? "'Padding.Same' pads one side more than the other" : null,
        _ when Is(padding, size / 2) => $"a padding of {size / 2} makes the output larger by one",
        _ when size > 2 && Is(padding, (size / 2) - 1) => $"a padding of {(size / 2) - 1} makes the output smaller by one",
        _ => null,
    };

    private static int? EvenSize(IOperation? kernel) => kernel switch
    {
        ITupleOperation tuple => tuple.Elements.Select(element => EvenSize(element.WithoutConversion())).Distinct().ToList() is { Count: 1 } sizes ? sizes[0] : null,
        { } => kernel.Number() is { } size && size > 0 && size % 2 == 0 ? (int)size : null,
        _ => null,
    };

    // A nullable tuple that is left out is 1 for a stride, 0 for a padding.
    private static bool Is(IOperation? argument, int number) => argument switch
    {
        ITupleOperation tuple => tuple.Elements.All(element => Is(element.WithoutConversion(), number)),
        IDefaultValueOperation => number == 1,
        { ConstantValue: { HasValue: true, Value: null } } => number == 1,
        { } => argument.Number() == number,
        _ => false,
    };
}
