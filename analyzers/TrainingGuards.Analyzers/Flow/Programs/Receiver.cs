using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>
/// What an event happens to, as a path of symbols: <c>model</c>, <c>this.net.encoder</c>, <c>trainer.Model</c>. Two equal paths are one
/// object as long as none of it is assigned in between.
/// </summary>
internal sealed class Receiver : IEquatable<Receiver>
{
    /// <summary>The object whose member runs.</summary>
    public static readonly Receiver This = new(root: null, ImmutableArray<ISymbol>.Empty);

    private Receiver(ISymbol? root, ImmutableArray<ISymbol> path)
    {
        Root = root;
        Path = path;
    }

    /// <summary>The local or parameter that the path begins at; null for this instance and for static fields.</summary>
    public ISymbol? Root { get; }

    /// <summary>The fields and properties from there on.</summary>
    public ImmutableArray<ISymbol> Path { get; }

    public static Receiver At(ISymbol localOrParameter) => IsCaptured(localOrParameter)
        ? new Receiver(root: null, ImmutableArray.Create(localOrParameter))
        : new Receiver(localOrParameter, ImmutableArray<ISymbol>.Empty);

    public static Receiver Member(ISymbol fieldOrProperty) => new(root: null, ImmutableArray.Create(fieldOrProperty.OriginalDefinition));

    /// <summary>A local, a parameter, or a field of this instance.</summary>
    public static Receiver Named(ISymbol symbol) => symbol is ILocalSymbol or IParameterSymbol ? At(symbol) : Member(symbol);

    /// <summary>The path that an expression names, null where it names none: an element, the result of a call.</summary>
    /// <param name="operation">An operation of the tree or of a control-flow graph.</param>
    /// <param name="locals">The locals of the member, by which an alias (<c>var net = model;</c>) is seen through.</param>
    /// <param name="captured">What a flow capture of the graph stands for.</param>
    public static Receiver? Of(IOperation? operation, LocalUses locals, Func<IOperation, IOperation?>? captured = null) => operation switch
    {
        IConversionOperation { OperatorMethod: null } conversion => Of(conversion.Operand, locals, captured),
        IParenthesizedOperation parenthesized => Of(parenthesized.Operand, locals, captured),
        IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } => This,
        ILocalReferenceOperation { Local: var local } => Alias(local, locals) ?? At(local),
        IParameterReferenceOperation { Parameter: var parameter } => At(parameter),
        IFieldReferenceOperation { Field: var field } reference => field.IsStatic
            ? Member(field)
            : Of(reference.Instance, locals, captured)?.Then(field),
        IPropertyReferenceOperation { Arguments.IsEmpty: true, Property: var property } reference when IsStored(property) => property.IsStatic
            ? Member(property)
            : Of(reference.Instance, locals, captured)?.Then(property),
        IInvocationOperation call when ModuleGivenBack(call) is { } module => Of(module, locals, captured),
        { Kind: OperationKind.FlowCaptureReference } when captured?.Invoke(operation) is { } value => Of(value, locals, captured),
        _ => null,
    };

    /// <summary>A call that gives back the module it is called on: <c>model.to(device)</c>, <c>model.cuda()</c>.</summary>
    public static bool ReturnsItsModule(IInvocationOperation call) => call.Arguments.Length > 0 && ReturnsItsModule(call.TargetMethod);

    /// <inheritdoc cref="ReturnsItsModule(IInvocationOperation)"/>
    public static bool ReturnsItsModule(IMethodSymbol method) => method is { IsExtensionMethod: true, IsStatic: true }
        && method.ContainingType is { Name: "ModuleExtensionMethods", ContainingNamespace: { Name: "TorchSharp", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>The module that a call gives back as it is called on it, which it moves, loads or saves; null for any other call.</summary>
    public static IOperation? ModuleGivenBack(IInvocationOperation call) => call switch
    {
        { TargetMethod: { IsStatic: true } method, Arguments: { Length: > 0 } arguments } => ReturnsItsModule(method) || IsOfPyBridge(method) ? arguments[0].Value : null,
        { TargetMethod: { Name: "load" or "save", ContainingType: { Name: "Module", Arity: 0, ContainingType: { Name: "nn", ContainingType.Name: "torch" } } } } => call.Instance,
        _ => null,
    };

    /// <summary>A method by which TorchSharp.PyBridge loads or saves a module in a format of Python's.</summary>
    public static bool IsOfPyBridge(IMethodSymbol method) => method is { IsExtensionMethod: true, IsStatic: true }
        && method.ContainingType is { Name: "PyBridgeModuleExtensions", ContainingNamespace: { Name: "PyBridge", ContainingNamespace.Name: "TorchSharp" } };

    public Receiver Then(ISymbol member) => new(Root, Path.Add(member.OriginalDefinition));

    /// <summary>Whether this path is <paramref name="owner"/> or leads through it.</summary>
    public bool StartsWith(Receiver owner) => TorchSymbols.Same(Root, owner.Root) | (Root is null && owner.Root is null)
        && Path.Length >= owner.Path.Length
        && Path.Take(owner.Path.Length).SequenceEqual(owner.Path, SymbolEqualityComparer.Default);

    /// <summary>The same thing, seen from where <paramref name="from"/> is called <paramref name="to"/>.</summary>
    public Receiver Rebase(Receiver from, Receiver to) => new(to.Root, to.Path.AddRange(Path.RemoveRange(0, from.Path.Length)));

    public bool Equals(Receiver? other) => other is not null && Path.Length == other.Path.Length && StartsWith(other);

    public override bool Equals(object? obj) => Equals(obj as Receiver);

    public override int GetHashCode() => Path.Aggregate(
        Root is null ? 0 : SymbolEqualityComparer.Default.GetHashCode(Root),
        (hash, symbol) => (hash * 31) + SymbolEqualityComparer.Default.GetHashCode(symbol));

    public override string ToString() => string.Join(".", (Root is null ? Path : Path.Insert(0, Root)).Select(symbol => symbol.Name));

    /// <summary>A parameter of a primary constructor, which members use like a field.</summary>
    private static bool IsCaptured(ISymbol symbol) => symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } constructor }
        && constructor.DeclaringSyntaxReferences.Any(reference =>
            reference.GetSyntax() is Microsoft.CodeAnalysis.CSharp.Syntax.TypeDeclarationSyntax);

    private static bool IsStored(IPropertySymbol property) =>
        property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => TorchSymbols.Same(field.AssociatedSymbol, property.OriginalDefinition))
        || property.OriginalDefinition.ContainingType.GetMembers().OfType<IFieldSymbol>()
            .Any(field => TorchSymbols.Same(field.AssociatedSymbol, property.OriginalDefinition));

    private static Receiver? Alias(ILocalSymbol local, LocalUses locals) =>
        locals.OnlyValueOf(local) is { } value && value is not IObjectCreationOperation && !MentionsItself(value, local)
            ? Of(value, locals)
            : null;

    private static bool MentionsItself(IOperation value, ILocalSymbol local) =>
        value.DescendantsAndSelf().Any(operation => operation is ILocalReferenceOperation reference && TorchSymbols.Same(reference.Local, local));
}
