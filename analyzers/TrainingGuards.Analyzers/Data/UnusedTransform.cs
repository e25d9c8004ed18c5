using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Data;

/// <summary>TG5003: a transformed tensor is never read, and the raw one goes on in its place.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnusedTransform() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that is there if the result is disposed of at the end of its block.</summary>
    internal const string Disposed = nameof(Disposed);

    private const string Caller = "the caller";
    private const int Depth = 3;

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.UnusedTransform,
        nameof(UnusedTransform),
        "A transformed tensor is never read, and the raw one goes on",
        "'{0}' is never read, and {1} is given '{2}' as it was. Use '{0}' there, or remove it.",
        "Operations on tensors return a new one: where the old one goes on, nothing was scaled, cast or augmented.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                var declarator = (IVariableDeclaratorOperation)operation.Operation;
                if (torch.IsTensor(declarator.Symbol.Type) && declarator.Initializer is not null && !declarator.Symbol.Name.StartsWith("_", StringComparison.Ordinal))
                {
                    Analyze(operation, declarator, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.VariableDeclarator);

    private static void Analyze(OperationContext context, IVariableDeclaratorOperation declarator, TorchProgram program)
    {
        ILocalSymbol result = declarator.Symbol;
        if (program.Bodies.Around(declarator.Syntax) is not { } body || body.Locals.WritesOf(result) is not { Count: 1 } values || values[0] is not { } value
            || body.Locals.Of(result).Any(mention => mention.Parent is not IInvocationOperation { TargetMethod.Name: "Dispose" })
            || TensorTransform.SourceOf(value, body, program) is not { } source || IsReadElsewhere(result, body))
        {
            return;
        }
        SyntaxNode? scope = declarator.Syntax.Ancestors().FirstOrDefault(node => node is BlockSyntax or CompilationUnitSyntax);
        IOperation[] later = [.. VariablePart.MentionsOf(source, body.Locals).Where(mention =>
            mention.Syntax.SpanStart >= declarator.Syntax.Span.End && scope?.Span.Contains(mention.Syntax.Span) == true)];
        if (later.Any(mention => IsChanged(mention, program.Torch)))
        {
            return;
        }
        // Logits are returned where probabilities were only looked at; one model called twice is not its own transform.
        IOperation made = value.WithoutConversion();
        bool isActivation = TensorCall.From(made, program.Torch) is { } call && Activation.Of(call) is not null;
        string? transform = (made as IInvocationOperation)?.Instance is { } instance ? $"'{instance.Name()}'" : null;
        IOperation[] raw = [.. later.Where(mention => IsSame(source, mention, body) && TakerOf(mention, body, program, Depth) is { } taker
            && taker != transform && !(isActivation && taker == Caller))];
        if (raw.Length > 0)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor, declarator.Syntax.GetLocation(), raw.Select(mention => mention.Syntax.GetLocation()), Facts(declarator),
                result.Name, TakerOf(raw[0], body, program, Depth), source.Syntax.ToString()));
        }
    }

    private static ImmutableDictionary<string, string?>? Facts(IVariableDeclaratorOperation declarator) =>
        declarator.Syntax.Ancestors().TakeWhile(node => node is not BlockSyntax).Any(node =>
            node is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } or UsingStatementSyntax)
            ? ImmutableDictionary<string, string?>.Empty.Add(Disposed, "true")
            : null;

    // What a conditional compilation leaves out may read it.
    private static bool IsReadElsewhere(ILocalSymbol result, MethodBody body) => body.Outermost.Root.Syntax.DescendantTrivia().Any(trivia =>
        trivia.IsKind(SyntaxKind.DisabledTextTrivia) && trivia.ToString().Contains(result.Name));

    private static bool IsSame(IOperation source, IOperation mention, MethodBody body) => body.Provenance is { } provenance
        && provenance.Definition(VariablePart.RootOf(source)!) is { } definition && definition == provenance.Definition(VariablePart.RootOf(mention)!);

    private static bool IsChanged(IOperation mention, TorchSymbols torch) => LocalUses.IsWritten(mention)
        || (TensorCall.From(mention.Parent as IInvocationOperation, torch) is { IsInPlace: true } call && call.Input == mention);

    /// <summary>Who is given a tensor, as it is or in another shape: a model, the caller, an example; null where it is used otherwise.</summary>
    private static string? TakerOf(IOperation value, MethodBody body, TorchProgram program, int depth)
    {
        switch (value.Parent)
        {
            case IConversionOperation { OperatorMethod: null } or IParenthesizedOperation:
                return TakerOf(value.Parent, body, program, depth);
            case IReturnOperation { Kind: OperationKind.Return }:
                return Caller;
            case IArgumentOperation { Parent: IInvocationOperation { Instance: { } model } call } when EventVocabulary.IsForward(call, program.Torch):
                return $"'{model.Name()}'";
            case IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "Add", IsImplicit: true, Parent: IObjectOrCollectionInitializerOperation } }:
            case ISimpleAssignmentOperation { Parent: IObjectOrCollectionInitializerOperation }:
                return body.Owner is IMethodSymbol { Name: "GetTensor", IsOverride: true } ? "the example" : null;
            case IArgumentOperation { Parent: IInvocationOperation call } when TensorCall.From(call, program.Torch) is { } kept && kept.Input == value && IsKept(kept):
                return TakerOf(call, body, program, depth);
            case IInvocationOperation call when TensorCall.From(call, program.Torch) is { } kept && kept.Input == value && IsKept(kept):
                return TakerOf(call, body, program, depth);
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } when depth > 0 && body.Locals.WritesOf(local).Count == 1:
                return body.Locals.Of(local).Select(mention => TakerOf(mention, body, program, depth - 1)).FirstOrDefault(taker => taker is not null);
            default:
                return null;
        }

        static bool IsKept(TensorCall call) => !call.IsInPlace && Layers.KeepsValues(call);
    }
}
