using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Loss;

/// <summary>TG4006: a column is compared with a row, which gives a number for every pair of them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BroadcastLoss() : TorchAnalyzer(Descriptor)
{
    private const int Callers = 3;

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.BroadcastLoss,
        nameof(BroadcastLoss),
        "A loss is broadcast over all pairs of predictions and targets",
        "'{0}' is [N, 1] and '{1}' is [N], so {2} pairs every number of one with every number of the other. Give '{0}' the shape of '{1}' by squeeze(-1).",
        "The best that can be predicted for all targets at once is their mean, and so that is what is learned, whatever the input.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterCallAction(context, torch, call => LossCall.MayBe(call, torch) || IsReduction(call, torch), Analyze);

    private static void Analyze(OperationContext context, IInvocationOperation reported, TorchProgram program)
    {
        if (program.Bodies.Around(reported.Syntax) is not { } body || body.Model.GetOperation(reported.Syntax) is not IInvocationOperation call)
        {
            return;
        }
        if (LossCall.Of(call, program) is { Kind: LossKind.Elementwise } loss)
        {
            // What is not averaged yet may be wanted for every pair.
            Report(context, loss.Input, loss.Target, $"'{loss.Name}'", mayBeMeant: Reductions.Of(call, body, program) == "None", body, program);
        }
        else if (IsReduction(call, program.Torch) && Difference(call, body, program.Torch) is ({ } left, { } right))
        {
            Report(context, left, right, "their difference", mayBeMeant: true, body, program);
        }
    }

    private static void Report(OperationContext context, IOperation one, IOperation other, string loss, bool mayBeMeant, MethodBody body, TorchProgram program)
    {
        AxisLengths left = program.Axes.Of(one, body), right = program.Axes.Of(other, body);
        if (!IsColumn(left, right) && !IsColumn(right, left))
        {
            // What one caller gives is enough, whatever is given by another that is out of sight.
            (left, right) = program.Axes.InCalls(one, other, body).FirstOrDefault(call => IsColumn(call.One, call.Other) || IsColumn(call.Other, call.One));
        }
        if (left is null || right is null)
        {
            return;
        }
        if (IsColumn(right, left))
        {
            (one, other, left, right) = (other, one, right, left);
        }
        if (IsColumn(left, right) && !IsOfOneValue(one, body, program) && !IsOfOneValue(other, body, program)
            && !((mayBeMeant || left.Rank is null) && IsSpeltOut(one, body, program))
            && !(mayBeMeant && (IsOther(left, right) || program.Torch.IsParameter(other.WithoutConversion().Type))))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor, context.Operation.Syntax.GetLocation(), [one.WithoutConversion().Syntax.GetLocation()], one.Name(), other.Name(), loss));
        }
    }

    /// <summary>Whether one tensor is [N, 1] and the other [N], N not known to be one.</summary>
    /// <remarks>What ends in a unit of one is a column also where the axes before are open, as long as the row is certainly longer than one.</remarks>
    private static bool IsColumn(AxisLengths column, AxisLengths row) => row.Rank == 1 && row.FromEnd(1) != 1 && column.FromEnd(1) == 1
        && (column.Rank is null ? row.FromEnd(1) is not null : column.Rank == 2 && column.FromEnd(2) != 1);

    /// <summary>Whether the column is of another length than the row.</summary>
    private static bool IsOther(AxisLengths column, AxisLengths row) => column.FromEnd(2) is { } length && row.FromEnd(1) is { } other && length != other;

    private static bool IsReduction(IInvocationOperation call, TorchSymbols torch) => call.TargetMethod.Name is "mean" or "sum"
        && TensorCall.From(call, torch) is { } reduction && reduction.Argument("dim", "dims", "dim0", "dimensions") is null;

    /// <summary>The operands of <c>(a - b).pow(2).mean()</c> and its like.</summary>
    private static (IOperation Left, IOperation Right)? Difference(IInvocationOperation reduction, MethodBody body, TorchSymbols torch) =>
        body.Provenance is { } provenance && TensorCall.From(reduction, torch) is { } averaged
            && TensorCall.From(provenance.Trace(averaged.Input).Single, torch) is { } power && IsDistance(power)
            ? provenance.Trace(power.Input).Single switch
            {
                IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract } difference when torch.IsTensor(difference.LeftOperand.Type) && torch.IsTensor(difference.RightOperand.Type) =>
                    (difference.LeftOperand, difference.RightOperand),
                var made when TensorCall.From(made, torch) is { Name: "sub" or "subtract" } call && call.Argument("target", "right", "other") is { } subtracted
                    && torch.IsTensor(subtracted.WithoutConversion().Type) => (call.Input, subtracted),
                _ => null,
            }
            : null;

    private static bool IsDistance(TensorCall power) => power.Name is "square" or "abs" || (power.Name == "pow" && power.Argument("exponent")?.Number() == 2);

    /// <summary>Whether all numbers of a tensor are the same, so that it does not matter which of them is compared with which.</summary>
    private static bool IsOfOneValue(IOperation tensor, MethodBody body, TorchProgram program, int callers = Callers) => !IsWritten(tensor, body, program) && body.Provenance?.Ask(tensor, (made, ask) => made switch
    {
        IInvocationOperation call when TensorCall.From(call, program.Torch) is { } function => function.Name is "zeros_like" or "ones_like" or "full_like" ? Answer.Yes
            : Layers.KeepsValues(function) && !IsWritten(function.Input, body, program) ? ask(function.Input) : Answer.Unknown,
        IInvocationOperation factory => factory.TargetMethod.Name is "zeros" or "ones" or "full" ? Answer.Yes : Answer.Unknown,
        // A loss that is given one value by any of its callers, as that of a discriminator is.
        IParameterReferenceOperation { Parameter: var parameter } => callers > 0 && Given(parameter, program).Any(given => IsOfOneValue(given.Value, given.Body, program, callers - 1)) ? Answer.Yes : Answer.Unknown,
        IBinaryOperation binary when binary.RightOperand.Number() is not null => ask(binary.LeftOperand),
        IBinaryOperation binary when binary.LeftOperand.Number() is not null => ask(binary.RightOperand),
        _ => Answer.Unknown,
    }) == Answer.Yes;

    private static IEnumerable<(IOperation Value, MethodBody Body)> Given(IParameterSymbol parameter, TorchProgram program) => parameter.ContainingSymbol is not IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method ? []
        : program.References.Of(method).OfType<IInvocationOperation>().SelectMany(call => call.Arguments.Where(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition)
            && program.Bodies.Around(call.Syntax) is not null).Select(argument => (argument.Value, program.Bodies.Around(call.Syntax)!)));

    /// <summary>Whether numbers are written into a variable: <c>target[i] = …</c>, <c>target.copy_(…)</c>.</summary>
    private static bool IsWritten(IOperation tensor, MethodBody body, TorchProgram program) => tensor.Symbol() is { } variable && body.Locals.Of(variable).Any(mention => mention.Parent switch
    {
        IPropertyReferenceOperation { Property.IsIndexer: true, Parent: IAssignmentOperation assignment } element => assignment.Target == element,
        IInvocationOperation call => call.Instance == mention && TensorCall.From(call, program.Torch) is { IsInPlace: true },
        _ => false,
    });

    /// <summary>Whether somebody has asked for the axis of length 1, as whoever wants all pairs does.</summary>
    private static bool IsSpeltOut(IOperation tensor, MethodBody body, TorchProgram program, int callers = Callers) => body.Provenance?.Trace(tensor).Operations.All(made => made switch
    {
        IPropertyReferenceOperation { Property.IsIndexer: true } => true,
        IParameterReferenceOperation { Parameter: var parameter } => callers > 0 && Given(parameter, program).Any(given => IsSpeltOut(given.Value, given.Body, program, callers - 1)),
        IInvocationOperation call when TensorCall.From(call, program.Torch) is { } function => function.Name is "unsqueeze" or "view" or "reshape" or "expand" or "index"
            || function.Argument("keepdim") is not null || IsSpeltOut(function.Input, body, program, callers),
        _ => false,
    }) != false;
}
