using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Suppressors;

/// <summary>TGS001: a registered component is disposed of with its module, the layers of a container with it, and the tensor that a Parameter takes over by that.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DisposedByModule() : TorchSuppressor(
    SuppressorIds.DisposedByModule,
    "Module.Dispose disposes of all registered components, a container of its layers, and a Parameter takes over the tensor it is made from.",
    "CA2213", "IDISP004", "IDISP006")
{
    private protected override bool IsUnfounded(SyntaxNode node, TorchProgram program) =>
        FieldAt(node, program) is { } field ? IsRegistered(field, program)
        : ValueAt(node, program) is { } value && IsTakenOver(value, program);

    private static ISymbol? FieldAt(SyntaxNode node, TorchProgram program)
    {
        SyntaxNode? declared = node.FirstAncestorOrSelf<MemberDeclarationSyntax>() switch
        {
            FieldDeclarationSyntax { Declaration.Variables: { Count: 1 } only } field when node == field || node == field.Declaration || node == only[0] => only[0],
            PropertyDeclarationSyntax property when node == property => property,
            _ => null,
        };
        return declared is null ? null : program.Bodies.ModelOf(node.SyntaxTree).GetDeclaredSymbol(declared);
    }

    // What a later value is, no RegisterComponents has seen: it latches.
    private static bool IsRegistered(ISymbol member, TorchProgram program)
    {
        ITypeSymbol? type = (member as IFieldSymbol)?.Type ?? (member as IPropertySymbol)?.Type;
        return !member.IsStatic && program.Torch.IsModule(member.ContainingType) && (program.Torch.IsModule(type) || TorchSymbols.DerivesFrom(type, program.Torch.Tensor))
            && member.ContainingType.InstanceConstructors.All(constructor => Registers(program.Registrations.Construction(constructor), member));
    }

    private static bool Registers(ImmutableArray<ConstructionStep> steps, ISymbol member)
    {
        var later = steps.SkipWhile(step => step is not { Kind: ConstructionKind.Register, IsCertain: true }).ToList();
        return later.Count > 0 && !later.Exists(step => step.Kind == ConstructionKind.Assign && TorchSymbols.Same(step.Member?.OriginalDefinition, member.OriginalDefinition));
    }

    private static bool IsTakenOver(IOperation value, TorchProgram program)
    {
        TorchSymbols torch = program.Torch;
        for (IOperation? outer = value.Parent; outer is not null; outer = outer.Parent)
        {
            switch (outer)
            {
                case IConversionOperation or IParenthesizedOperation or ITupleOperation or IArgumentOperation or IArrayInitializerOperation or IArrayCreationOperation:
                    continue;
                case IObjectCreationOperation { Type: { } made }:
                    return Takes(made, value, torch);
                case IInvocationOperation { TargetMethod: { IsStatic: true } factory, Type: { } made } when TorchSymbols.Same(factory.ContainingType, torch.Module?.ContainingType):
                    return Takes(made, value, torch);
                default:
                    return false;
            }
        }
        return false;
    }

    private static bool Takes(ITypeSymbol made, IOperation value, TorchSymbols torch) =>
        torch.IsParameter(made) ? torch.IsTensor(value.Type) : Layers.IsContainer(made, torch) && torch.IsModule(value.Type);
}
