using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Shapes;

/// <summary>TG6010: a recurrent or attending layer is given [batch, time, features] and takes the second axis for the batch.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BatchFirstAssumed() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that is there where the layer can be told; where it is made is then the first of the other places.</summary>
    internal const string CanBeTold = nameof(CanBeTold);

    private static readonly string[] Sequential = ["LSTM", "GRU", "RNN", "MultiheadAttention", "TransformerEncoder", "TransformerEncoderLayer"];

    private static readonly DiagnosticDescriptor Descriptor = Rule.Info(
        RuleIds.BatchFirstAssumed,
        nameof(BatchFirstAssumed),
        "A layer over sequences is given the batch first",
        "'{0}' takes axis 1 of its input for the batch, but {1}, so that it runs along the examples instead of the time. {2}.",
        "Recurrent layers read [time, batch, features] unless they are made with batchFirst: true; attention has no such choice in TorchSharp.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        var isMentioned = new Lazy<bool>(() => Sequential.Any(TorchProgram.Of(context.Compilation, torch).References.Mentions));
        RegisterOperationAction(
            context,
            operation =>
            {
                if (operation.Operation is IInvocationOperation { TargetMethod.Name: "call" or "forward", Instance.Type: { } type } call && EventVocabulary.IsForward(call, torch)
                    && (IsOfSequences(type, torch) || (!Layers.IsBuiltIn(type, torch) && isMentioned.Value)))
                {
                    Analyze(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);
    }

    private static bool IsOfSequences(ITypeSymbol type, TorchSymbols torch) => SequenceLayer.IsRecurrent(type, torch) || SequenceLayer.IsAttention(type, torch);

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        if (program.Bodies.Around(context.Operation.Syntax) is not { } body
            || program.Bodies.ModelOf(context.Operation.Syntax.SyntaxTree).GetOperation(context.Operation.Syntax) is not IInvocationOperation call
            || SequenceLayer.Of(call, body, program) is not { } layer)
        {
            return;
        }
        bool isRecurrent = SequenceLayer.IsRecurrent(layer.Type, program.Torch);
        if ((isRecurrent && !layer.IsDefault("batchFirst")) || SequenceLayout.OfBatchFirst(call, body, program) is not { } layout)
        {
            return;
        }
        bool canBeTold = isRecurrent && layer.Creation!.Syntax.SyntaxTree == call.Syntax.SyntaxTree;
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            call.Syntax.GetLocation(),
            [layer.Creation!.Syntax.GetLocation(), layout.Operation.Syntax.GetLocation()],
            canBeTold ? ImmutableDictionary<string, string?>.Empty.Add(CanBeTold, "") : null,
            call.Instance!.Name(),
            layout.Says,
            isRecurrent ? "Make it with batchFirst: true" : "Give it transpose(0, 1), and transpose back what it gives"));
    }
}
