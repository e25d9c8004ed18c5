using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Where members are mentioned in the compilation: callers of a method, assignments of a field.</summary>
/// <remarks>
/// An index of names finds candidates and the symbol decides. The index of a tree is kept as long as the tree, so that an edit costs
/// the reading of one file.
/// </remarks>
internal sealed class References(Compilation compilation, MethodBodies bodies)
{
    private static readonly ConditionalWeakTable<SyntaxTree, Dictionary<string, List<int>>> Names = new();

    // `new()` has no name to look for: its keyword is in the index instead.
    private const string ImplicitCreation = "new";

    private readonly ConcurrentDictionary<(string Name, int Arguments), ImmutableArray<IOperation>> _named = new();
    private readonly ConcurrentDictionary<string, ILookup<ISymbol?, IOperation>> _byMember = new(StringComparer.Ordinal);

    /// <summary>Operations that mention a method, field, property or constructor: calls, object creations, references, method groups.</summary>
    public ImmutableArray<IOperation> Of(ISymbol member)
    {
        ISymbol definition = member.OriginalDefinition;
        IEnumerable<IOperation> found = definition is IMethodSymbol { MethodKind: MethodKind.Constructor }
            ? Mentions(definition.ContainingType.Name, definition).Concat(Mentions(ImplicitCreation, definition))
            : Mentions(definition.Name, definition);
        return found.ToImmutableArray();
    }

    /// <summary>Whether a name stands anywhere in the compilation.</summary>
    public bool Mentions(string name) => compilation.SyntaxTrees.Any(tree => NamesOf(tree).ContainsKey(name));

    /// <summary>Whether a type's own code says <c>name.member</c> for one of these members: what can be told without binding anything.</summary>
    public static bool IsAccessed(string name, INamedTypeSymbol within, params string[] members) => within.DeclaringSyntaxReferences.Any(declaration =>
        NamesOf(declaration.SyntaxTree).TryGetValue(name, out List<int>? positions)
        && positions.Any(position => declaration.Span.Contains(position)
            && declaration.SyntaxTree.GetRoot().FindToken(position).Parent is SimpleNameSyntax mention
            && (mention.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } own ? own : (ExpressionSyntax)mention) is { Parent: MemberAccessExpressionSyntax access } receiver
            && access.Expression == receiver && members.Contains(access.Name.Identifier.ValueText, StringComparer.Ordinal)));

    /// <summary>Every operation that is named so and of the wanted kind; the caller looks at its symbol.</summary>
    /// <param name="name">The name as it is written.</param>
    /// <param name="arguments">How many arguments a call must have at least: what has fewer is not bound.</param>
    public IEnumerable<T> Named<T>(string name, int arguments = 0)
        where T : class, IOperation => _named.GetOrAdd((name, arguments), Bind).OfType<T>();

    // Each mention is bound once, however many members share its name.
    private IEnumerable<IOperation> Mentions(string name, ISymbol member)
    {
        ILookup<ISymbol?, IOperation> mentions = _byMember.GetOrAdd(
            name, key => Named<IOperation>(key).ToLookup(operation => MemberOf(operation)?.OriginalDefinition, SymbolEqualityComparer.Default));
        return mentions[member].Concat(mentions[null].Where(operation => IsMeant(operation, member)));
    }

    // Code that does not compile, as while typing: a call that fits no overload may become a call of this one.
    private bool IsMeant(IOperation operation, ISymbol member) => operation is IInvalidOperation
        && bodies.ModelOf(operation.Syntax.SyntaxTree).GetSymbolInfo(operation.Syntax).CandidateSymbols
            .Any(candidate => TorchSymbols.Same(candidate.OriginalDefinition, member));

    private ImmutableArray<IOperation> Bind((string Name, int Arguments) wanted)
    {
        ImmutableArray<IOperation>.Builder found = ImmutableArray.CreateBuilder<IOperation>();
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            if (NamesOf(tree).TryGetValue(wanted.Name, out List<int>? positions))
            {
                SyntaxNode root = tree.GetRoot();
                foreach (int position in positions)
                {
                    IOperation? operation = root.FindToken(position).Parent switch
                    {
                        SimpleNameSyntax mention when wanted.Arguments == 0 || ArgumentsOf(mention) >= wanted.Arguments => OperationAt(mention),
                        ImplicitObjectCreationExpressionSyntax creation => bodies.ModelOf(tree).GetOperation(creation),
                        _ => null,
                    };
                    if (operation is not null)
                    {
                        found.Add(operation);
                    }
                }
            }
        }
        return found.ToImmutable();
    }

    private static ISymbol? MemberOf(IOperation operation) => operation switch
    {
        IInvocationOperation call => call.TargetMethod.ReducedFrom ?? call.TargetMethod,
        IObjectCreationOperation creation => creation.Constructor,
        IMethodReferenceOperation group => group.Method,
        IMemberReferenceOperation reference => reference.Member,
        _ => null,
    };

    private IOperation? OperationAt(SimpleNameSyntax mention)
    {
        SemanticModel model = bodies.ModelOf(mention.SyntaxTree);
        SyntaxNode node = mention;
        while (node.Parent is NameSyntax or MemberAccessExpressionSyntax or MemberBindingExpressionSyntax
            && (node.Parent is not MemberAccessExpressionSyntax access || access.Name == node))
        {
            node = node.Parent;
        }
        return node.Parent switch
        {
            InvocationExpressionSyntax call when call.Expression == node => model.GetOperation(call),
            ObjectCreationExpressionSyntax creation when creation.Type == node => model.GetOperation(creation),
            _ => model.GetOperation(node),
        };
    }

    private static int ArgumentsOf(SimpleNameSyntax mention) =>
        (mention.Parent as InvocationExpressionSyntax ?? mention.Parent?.Parent as InvocationExpressionSyntax)?.ArgumentList.Arguments.Count ?? 0;

    private static Dictionary<string, List<int>> NamesOf(SyntaxTree tree) => Names.GetValue(tree, static known =>
    {
        var names = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        foreach (SyntaxToken token in known.GetRoot().DescendantTokens())
        {
            bool isMention = token.IsKind(SyntaxKind.IdentifierToken) && token.Parent is SimpleNameSyntax;
            if (isMention || (token.IsKind(SyntaxKind.NewKeyword) && token.Parent is ImplicitObjectCreationExpressionSyntax))
            {
                if (!names.TryGetValue(token.ValueText, out List<int>? positions))
                {
                    names.Add(token.ValueText, positions = []);
                }
                positions.Add(token.SpanStart);
            }
        }
        return names;
    });
}
