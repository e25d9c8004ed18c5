using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Modules;

/// <summary>TG3004: a module keeps a tensor that is to be trained as a plain Tensor, which is registered as a buffer.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TensorInsteadOfParameter() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that is there if nothing but the declaration and its value has to change.</summary>
    internal const string IsInitialised = nameof(IsInitialised);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.TensorInsteadOfParameter,
        nameof(TensorInsteadOfParameter),
        "A tensor that is to be trained is a plain Tensor",
        "'{0}' requires a gradient, but as a Tensor it is registered as a buffer, which no optimizer gets. Make it a Parameter.",
        "parameters() gives Parameters alone: the gradient of a buffer is computed, and never applied.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterModuleAction(context, torch, (symbol, type) =>
        {
            foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic && TorchSymbols.Same(field.Type, torch.Tensor)))
            {
                TorchProgram program = TorchProgram.Of(symbol.Compilation, torch);
                if (MayRequireGradient(type, program))
                {
                    Analyze(symbol, field.AssociatedSymbol ?? field, program);
                }
            }
        });

    // Without binding: the name stands somewhere, or the type gives a truth value where requires_grad is, behind at least two other arguments.
    private static bool MayRequireGradient(INamedTypeSymbol type, TorchProgram program) =>
        new[] { "requires_grad_", "requires_grad", "with_requires_grad" }.Any(program.References.Mentions)
        || type.DeclaringSyntaxReferences.Any(declaration => declaration.GetSyntax().DescendantNodes().OfType<ArgumentListSyntax>()
            .Any(list => list.Arguments.Skip(2).Any(argument => argument.NameColon is null
                && (argument.Expression.IsKind(SyntaxKind.TrueLiteralExpression) || argument.Expression is not LiteralExpressionSyntax))));

    private static void Analyze(SymbolAnalysisContext context, ISymbol member, TorchProgram program)
    {
        ImmutableArray<IOperation?> values = program.Values.AssignedTo(member);
        if (values.Length == 0 || program.Registrations.IsByHand(member.ContainingType) || program.Derived.Below(member.ContainingType).Any(program.Registrations.IsByHand)
            || !values.All(value => value is not null && IsMadeOnce(value, member, program)))
        {
            return;
        }
        IOperation? requiring = values.FirstOrDefault(value => RequiresGradient(value!, program.Torch))
            ?? program.References.Of(member).Select(mention => Required(mention, program.Torch)).FirstOrDefault(place => place is not null);
        if (requiring is null || program.References.Of(member).Any(mention => IsHandedOut(mention, program)))
        {
            return;
        }
        bool isInitialised = values.Length == 1 && requiring == values[0] && member.DeclaringSyntaxReferences[0].GetSyntax() is VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1 } };
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            member.Locations[0],
            [requiring.Syntax.GetLocation()],
            ImmutableDictionary<string, string?>.Empty.Add(IsInitialised, isInitialised && requiring.WithoutConversion() is IInvocationOperation ? "true" : null),
            member.Name));
    }

    /// <summary>Whether a value is made of numbers while the module is made: neither an input nor a result that is kept for later.</summary>
    private static bool IsMadeOnce(IOperation value, ISymbol member, TorchProgram program)
    {
        bool isInConstruction = program.Bodies.Around(value.Syntax)?.Outermost.Owner is IFieldSymbol or IPropertySymbol or IMethodSymbol { MethodKind: MethodKind.Constructor };
        return isInConstruction && SymbolEqualityComparer.Default.Equals(program.Bodies.Around(value.Syntax)?.Outermost.Owner.ContainingType, member.ContainingType.OriginalDefinition)
            && IsNew(value, program.Torch);
    }

    private static bool IsNew(IOperation value, TorchSymbols torch) => value.WithoutConversion() switch
    {
        IInvocationOperation { TargetMethod: { IsStatic: true } factory } => TorchSymbols.Same(factory.ContainingType, torch.Torch)
            && !factory.Parameters.Any(parameter => torch.IsTensor(parameter.Type)),
        IInvocationOperation { Instance: { } receiver, TargetMethod: var method } => torch.IsTensor(method.ContainingType) && IsNew(receiver, torch),
        IBinaryOperation { LeftOperand: var left, RightOperand: var right } => IsNew(left, torch) || IsNew(right, torch),
        _ => false,
    };

    private static bool RequiresGradient(IOperation value, TorchSymbols torch) => value.WithoutConversion() is IInvocationOperation call
        && (IsRequiresGradient(call, torch)
            || call.Arguments.Any(argument => argument is { Parameter.Name: "requires_grad", Value.ConstantValue: { HasValue: true, Value: true } }));

    private static IOperation? Required(IOperation mention, TorchSymbols torch) => mention.Parent switch
    {
        IInvocationOperation call when call.Instance == mention && IsRequiresGradient(call, torch) => call,
        IPropertyReferenceOperation { Property.Name: "requires_grad", Parent: ISimpleAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: true } } assignment } => assignment,
        _ => null,
    };

    private static bool IsRequiresGradient(IInvocationOperation call, TorchSymbols torch) => call.TargetMethod.Name == "requires_grad_" && torch.IsTensor(call.TargetMethod.ContainingType)
        && call.Arguments.All(argument => argument.Value.ConstantValue is { HasValue: true, Value: true });

    // Whoever takes it may wrap it, or update it by its gradient.
    private static bool IsHandedOut(IOperation mention, TorchProgram program) => mention.Parent switch
    {
        IArgumentOperation { Parent: IObjectCreationOperation creation } => program.Torch.IsParameter(creation.Type),
        IArgumentOperation { Parent: IInvocationOperation call } => program.Torch.IsParameter(call.Type),
        IPropertyReferenceOperation { Property.Name: "grad" } => true,
        IMemberReferenceOperation => false,
        ISimpleAssignmentOperation assignment => assignment.Value == mention && assignment.Target is IMemberReferenceOperation,
        IReturnOperation or IArrayInitializerOperation => true,
        _ => false,
    };
}
