using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Shapes;

/// <summary>TG6006: a number of right predictions is divided as an integer, and the fraction that a metric is gets lost.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class IntegerDivisionInMetric() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property with the type to divide in, where the code still compiles with it.</summary>
    internal const string DividesAs = nameof(DividesAs);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.IntegerDivisionInMetric,
        nameof(IntegerDivisionInMetric),
        "A metric is computed by integer division",
        "'{0}' divides integers and drops the fraction, so the share of right predictions is lost. Divide '({1}){2}' instead.",
        "Of two integers the quotient is an integer: an accuracy is 0 until every prediction is right.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                var division = (IBinaryOperation)operation.Operation;
                if (division is { OperatorKind: BinaryOperatorKind.Divide, OperatorMethod: null } && IsInteger(division.Type) && division.LeftOperand.Number() is null)
                {
                    Analyze(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Binary);

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        if (program.Bodies.Around(context.Operation.Syntax) is not { } body || body.Model.GetOperation(context.Operation.Syntax) is not IBinaryOperation division)
        {
            return;
        }
        var counts = new Counts(program);
        Use use = UseOf(division, body);
        if (use == Use.Other || counts.OfRight(division.LeftOperand) is not { } counted || (use == Use.Shown && counts.OfExamples(division.RightOperand) is null))
        {
            return;
        }
        string type = use switch { Use.Float => "float", Use.Decimal => "decimal", _ => "double" };
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            division.Syntax.GetLocation(),
            [counted.Syntax.GetLocation()],
            ImmutableDictionary<string, string?>.Empty.Add(DividesAs, MayBeFraction(division, body) ? type : null),
            division.Syntax,
            type,
            division.LeftOperand.Name()));
    }

    /// <summary>What becomes of a quotient, in the order of what says most.</summary>
    private static Use UseOf(IOperation value, MethodBody body)
    {
        IOperation quotient = Outermost(value);
        return quotient.Parent switch
        {
            IConversionOperation { Type.SpecialType: SpecialType.System_Double, OperatorMethod: null } => Use.Double,
            IConversionOperation { Type.SpecialType: SpecialType.System_Single, OperatorMethod: null } => Use.Float,
            IConversionOperation { Type.SpecialType: SpecialType.System_Decimal } => Use.Decimal,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply } product when (product.LeftOperand == quotient ? product.RightOperand : product.LeftOperand).Number() is 100 => Use.Percentage,
            IInterpolationOperation { FormatString: { } format } => UseIn(format),
            IInterpolationOperation => Use.Shown,
            IInvocationOperation { TargetMethod.Name: "ToString" } text => text.Arguments.IsEmpty ? Use.Shown : UseIn(text.Arguments[0].Value),
            IConversionOperation { Type.SpecialType: SpecialType.System_Object, Parent: IArgumentOperation or IBinaryOperation or IArrayInitializerOperation } => Use.Shown,
            IArgumentOperation { Parameter.ContainingSymbol: { ContainingType.Name: "Console" } shown } when Visibility.IsOfFramework(shown) => Use.Shown,
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } =>
                body.Locals.Of(local).Where(mention => mention.Parent is not IVariableInitializerOperation).Select(mention => UseOf(mention, body)).DefaultIfEmpty(Use.Other).Max(),
            _ => Use.Other,
        };
    }

    /// <summary>Whether the code still compiles where the quotient is no integer.</summary>
    private static bool MayBeFraction(IOperation value, MethodBody body)
    {
        IOperation quotient = Outermost(value);
        while (quotient.Parent is IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply, OperatorMethod: null })
        {
            quotient = Outermost(quotient.Parent);
        }
        return quotient.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local, Parent: IVariableDeclarationOperation declaration } } =>
                declaration.Syntax.ToString().StartsWith("var ", StringComparison.Ordinal) && body.Locals.Of(local).All(mention => UseOf(mention, body) is not (Use.Other or Use.Float or Use.Decimal)),
            IConversionOperation { Type: var type } => !IsInteger(type),
            IInterpolationOperation or IInvocationOperation or IArgumentOperation => true,
            _ => false,
        };
    }

    private static IOperation Outermost(IOperation value)
    {
        while (value.Parent is IParenthesizedOperation || (value.Parent is IConversionOperation conversion && IsInteger(conversion.Type)))
        {
            value = value.Parent;
        }
        return value;
    }

    /// <remarks>D and X are formats of integers: whoever writes them wants one.</remarks>
    private static Use UseIn(IOperation format) => format.ConstantValue is not { HasValue: true, Value: string { Length: > 0 } text } ? Use.Shown
        : text[0] is 'D' or 'd' or 'X' or 'x' ? Use.Other
        : text[0] is 'P' or 'p' || text.Contains('.') || text.Contains('%') || (text[0] is 'F' or 'f' or 'N' or 'n' or 'E' or 'e' && !text.EndsWith("0", StringComparison.Ordinal)) ? Use.Percentage
        : Use.Shown;

    private static bool IsInteger(ITypeSymbol? type) => type?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_UInt32 or SpecialType.System_UInt64
        or SpecialType.System_Int16 or SpecialType.System_UInt16;

    private enum Use
    {
        Other,

        /// <summary>Shown as it is: wrong where it divides by the number of examples.</summary>
        Shown,
        Percentage,
        Decimal,
        Float,
        Double,
    }
}
