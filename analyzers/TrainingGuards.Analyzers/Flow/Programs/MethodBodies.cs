using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The bodies of the compilation, bound on demand and kept: what follows a call into its callee asks here.</summary>
/// <remarks>Symbols and operations always come from these models, so that operations of one body can be compared by reference.</remarks>
internal sealed class MethodBodies(Compilation compilation)
{
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = new();
    private readonly ConcurrentDictionary<ISymbol, MethodBody?> _bodies = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<SyntaxNode, MethodBody?> _around = new();

    public SemanticModel ModelOf(SyntaxTree tree) => _models.GetOrAdd(tree, key => compilation.GetSemanticModel(key));

    /// <summary>The body of a method, null where it has none in this compilation.</summary>
    public MethodBody? Of(IMethodSymbol method)
    {
        IMethodSymbol definition = (method.ReducedFrom ?? method).OriginalDefinition;
        definition = definition.PartialImplementationPart ?? definition;
        return _bodies.GetOrAdd(definition, symbol => Bind((IMethodSymbol)symbol));
    }

    /// <summary>The initialiser of a field or property, null where it has none.</summary>
    public MethodBody? Initializer(ISymbol member) => _bodies.GetOrAdd(member.OriginalDefinition, BindInitializer);

    /// <summary>The body around a piece of syntax: the innermost lambda, local function, method or initialiser.</summary>
    public MethodBody? Around(SyntaxNode node)
    {
        // All that stands in one body has the same symbol around it, which takes a binder to find.
        if (CodeAround(node) is not { } code)
        {
            return FindAround(node);
        }
        return _around.TryGetValue(code, out MethodBody? known) ? known : _around.GetOrAdd(code, FindAround(node));
    }

    /// <summary>The block or expression that is the code of the innermost function around a node; null where the node is not certainly in one.</summary>
    private static SyntaxNode? CodeAround(SyntaxNode node)
    {
        for (SyntaxNode code = node; code.Parent is { } parent; code = parent)
        {
            switch (parent)
            {
                case AnonymousFunctionExpressionSyntax function:
                    return code == function.Body && (code != node || code is ExpressionSyntax) ? code : null;
                case LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or AccessorDeclarationSyntax:
                    return code is BlockSyntax or ArrowExpressionClauseSyntax && code != node ? code : null;
                case QueryExpressionSyntax or BaseTypeDeclarationSyntax or BasePropertyDeclarationSyntax or BaseFieldDeclarationSyntax:
                    return null;
                case GlobalStatementSyntax:
                    return parent.Parent;
            }
        }
        return null;
    }

    private MethodBody? FindAround(SyntaxNode node) => ModelOf(node.SyntaxTree).GetEnclosingSymbol(node.SpanStart) switch
    {
        IMethodSymbol method when Of(method) is { } body && body.Root.Syntax.Span.Contains(node.Span) => body,
        IMethodSymbol or INamedTypeSymbol or IFieldSymbol or IPropertySymbol => AroundInitializer(node),
        _ => null,
    };

    private MethodBody? AroundInitializer(SyntaxNode node)
    {
        for (SyntaxNode? current = node; current is not null; current = current.Parent)
        {
            ISymbol? member = current switch
            {
                VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax } => ModelOf(node.SyntaxTree).GetDeclaredSymbol(current),
                PropertyDeclarationSyntax => ModelOf(node.SyntaxTree).GetDeclaredSymbol(current),
                _ => null,
            };
            if (member is not null)
            {
                return Initializer(member);
            }
        }
        return null;
    }

    private MethodBody? Bind(IMethodSymbol method)
    {
        if (method.DeclaringSyntaxReferences.FirstOrDefault() is not { } reference || !compilation.ContainsSyntaxTree(reference.SyntaxTree))
        {
            return null;
        }
        SyntaxNode syntax = reference.GetSyntax();
        SemanticModel model = ModelOf(reference.SyntaxTree);
        if (method.MethodKind is MethodKind.LocalFunction or MethodKind.AnonymousFunction)
        {
            return method.ContainingSymbol is { } container && Containing(container, syntax) is { } outer && model.GetOperation(syntax) is { } nested
                ? new MethodBody(method, nested, model, outer)
                : null;
        }
        return model.GetOperation(syntax) is { } root ? new MethodBody(method, root, model, outer: null) : null;
    }

    private MethodBody? Containing(ISymbol container, SyntaxNode syntax) => container switch
    {
        IMethodSymbol method when Of(method) is { } body && body.Root.Syntax.Span.Contains(syntax.Span) => body,
        _ => AroundInitializer(syntax),
    };

    private MethodBody? BindInitializer(ISymbol member)
    {
        foreach (SyntaxReference reference in member.DeclaringSyntaxReferences)
        {
            EqualsValueClauseSyntax? value = reference.GetSyntax() switch
            {
                VariableDeclaratorSyntax field => field.Initializer,
                PropertyDeclarationSyntax property => property.Initializer,
                _ => null,
            };
            if (value is not null && ModelOf(reference.SyntaxTree) is { } model && model.GetOperation(value) is { } root)
            {
                return new MethodBody(member, root, model, outer: null);
            }
        }
        return null;
    }
}
