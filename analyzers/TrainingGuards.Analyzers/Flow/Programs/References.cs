using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Where members are mentioned in the compilation: callers of a method, assignments of a field.</summary>
/// <remarks>An index of names finds candidates and the symbol decides.</remarks>
internal sealed class References(Compilation compilation, MethodBodies bodies)
{
    private readonly ConcurrentDictionary<string, bool> _mentioned = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Name, int Arguments, INamedTypeSymbol? Within), ImmutableArray<IOperation>> _named = new();
    private readonly ConcurrentDictionary<(string Name, INamedTypeSymbol? Within), ILookup<ISymbol?, IOperation>> _byMember = new();
    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<IOperation>> _references = new(SymbolEqualityComparer.Default);

    /// <summary>Operations that mention a method, field, property or constructor: calls, object creations, references, method groups.</summary>
    public ImmutableArray<IOperation> Of(ISymbol member) => _references.GetOrAdd(member.OriginalDefinition, definition =>
    {
        INamedTypeSymbol? within = Visibility.PrivateTo(definition);
        return definition is IMethodSymbol { MethodKind: MethodKind.Constructor }
            ? Mentions(definition.ContainingType.Name, within, definition).Concat(Mentions(NameIndex.ImplicitCreation, within, definition)).ToImmutableArray()
            : Mentions(definition.Name, within, definition).ToImmutableArray();
    });

    /// <summary>Whether a name stands anywhere in the compilation.</summary>
    public bool Mentions(string name) => _mentioned.GetOrAdd(name, key => compilation.SyntaxTrees.Any(tree => NameIndex.Of(tree).Mentions(key, tree.GetRoot()).Any()));

    /// <summary>Whether a type's own code says <c>name.member</c> for one of these members: what can be told without binding anything.</summary>
    public static bool IsAccessed(string name, INamedTypeSymbol within, params string[] members) => MentionsIn(name, within).Any(mention =>
        (mention.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } own ? own : mention) is { Parent: MemberAccessExpressionSyntax access } receiver
            && access.Expression == receiver && members.Contains(access.Name.Identifier.ValueText, StringComparer.Ordinal));

    /// <summary>Whether a type's own code calls one of its instance methods without arguments: what can be told without binding anything.</summary>
    public static bool IsCalledByItself(string name, INamedTypeSymbol type) => type.GetMembers(name).All(member => member is IMethodSymbol { IsStatic: false })
        && MentionsIn(name, type).Any(mention => (mention.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } own ? own : mention) is
            { Parent: InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 } call } called && call.Expression == called
            && type.DeclaringSyntaxReferences.Any(declaration => declaration.GetSyntax() == mention.FirstAncestorOrSelf<BaseTypeDeclarationSyntax>()));

    /// <summary>Every operation that is named so and of the wanted kind; the caller looks at its symbol.</summary>
    /// <param name="name">The name as it is written.</param>
    /// <param name="arguments">How many arguments a call must have at least: what has fewer is not bound.</param>
    public IEnumerable<T> Named<T>(string name, int arguments = 0)
        where T : class, IOperation => Named(name, arguments, within: null).OfType<T>();

    private ImmutableArray<IOperation> Named(string name, int arguments, INamedTypeSymbol? within) => _named.GetOrAdd((name, arguments, within), Bind);

    // Each mention is bound once, however many members share its name.
    private IEnumerable<IOperation> Mentions(string name, INamedTypeSymbol? within, ISymbol member)
    {
        ILookup<ISymbol?, IOperation> mentions = _byMember.GetOrAdd((name, within), key => Named(key.Name, arguments: 0, key.Within)
            .Select(operation => (Operation: operation, Member: MemberOf(operation)?.OriginalDefinition))
            .Where(mention => mention.Member is not null || mention.Operation is IInvalidOperation)
            .ToLookup(mention => mention.Member, mention => mention.Operation, SymbolEqualityComparer.Default));
        return mentions[member].Concat(mentions[null].Where(operation => IsMeant(operation, member)));
    }

    // Code that does not compile, as while typing: a call that fits no overload may become a call of this one.
    private bool IsMeant(IOperation operation, ISymbol member) => bodies.ModelOf(operation.Syntax.SyntaxTree).GetSymbolInfo(operation.Syntax).CandidateSymbols
        .Any(candidate => TorchSymbols.Same(candidate.OriginalDefinition, member));

    private ImmutableArray<IOperation> Bind((string Name, int Arguments, INamedTypeSymbol? Within) wanted)
    {
        IEnumerable<ExpressionSyntax> mentions = wanted.Within is { } within ? MentionsIn(wanted.Name, within)
            : compilation.SyntaxTrees.SelectMany(tree => NameIndex.Of(tree).Mentions(wanted.Name, tree.GetRoot()));
        return mentions.Where(mention => wanted.Arguments == 0 || ArgumentsOf(mention) >= wanted.Arguments).Select(OperationAt).OfType<IOperation>().ToImmutableArray();
    }

    private static IEnumerable<ExpressionSyntax> MentionsIn(string name, INamedTypeSymbol type) =>
        type.DeclaringSyntaxReferences.SelectMany(declaration => NameIndex.Of(declaration.SyntaxTree).Mentions(name, declaration.GetSyntax()));

    private static ISymbol? MemberOf(IOperation operation) => operation switch
    {
        IInvocationOperation call => call.TargetMethod.ReducedFrom ?? call.TargetMethod,
        IObjectCreationOperation creation => creation.Constructor,
        IMethodReferenceOperation group => group.Method,
        IMemberReferenceOperation reference => reference.Member,
        _ => null,
    };

    private IOperation? OperationAt(ExpressionSyntax mention)
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

    private static int ArgumentsOf(ExpressionSyntax mention) =>
        (mention.Parent as InvocationExpressionSyntax ?? mention.Parent?.Parent as InvocationExpressionSyntax)?.ArgumentList.Arguments.Count ?? 0;
}
