using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether the user may have taken the order of a loader's examples into his own hands.</summary>
/// <remarks>This only ever silences, so that names are enough.</remarks>
internal static class ExampleOrder
{
    private const int Depth = 3;

    /// <summary>Whether the examples may come in a random order although the loader does not shuffle, or the order does not matter.</summary>
    public static bool MayBeChosen(LoaderCreation loader, TorchProgram program) => loader.Dataset is not { } dataset || IsWholeBatch(loader.Argument("batchSize"))
        || MayBeRandom(dataset, loader.Body, program, Depth);

    /// <summary>The same of examples that are cut from tensors.</summary>
    public static bool MayBeChosen(IOperation inputs, IOperation? batchSize, MethodBody body, TorchProgram program) => IsWholeBatch(batchSize) || MayBeRandom(inputs, body, program, Depth);

    // One batch of all examples has no order.
    private static bool IsWholeBatch(IOperation? size) => size is null || size.DescendantsAndSelf().Any(part =>
        part is IPropertyReferenceOperation { Property.Name: "Count" or "Length" or "shape" } or IInvocationOperation { TargetMethod.Name: "size" or "Count" or "numel" });

    private static bool MayBeRandom(IOperation dataset, MethodBody body, TorchProgram program, int depth)
    {
        if (depth == 0 || Shuffles(body.Outermost.Root.Syntax) || TypesOf(dataset.WithoutConversion().Type, program).Any(type => PermutesItself(type, program)))
        {
            return true;
        }
        IEnumerable<IOperation> made = body.Provenance?.Trace(dataset).Operations ?? Enumerable.Empty<IOperation>();
        return made.Any(origin => origin switch
        {
            IParameterReferenceOperation parameter => CallSites.Of(body.Outermost, program).Any(site => site.Call is { } call && program.Bodies.Around(call.Syntax) is { } caller
                && CallBinding.ArgumentsOf(call).FirstOrDefault(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.Parameter.OriginalDefinition))
                    is { } given && MayBeRandom(given.Value, caller, program, depth - 1)),
            IMemberReferenceOperation member => program.Values.AssignedTo(member.Member).Any(value => value is not null && program.Bodies.Around(value.Syntax) is { } holder
                && MayBeRandom(value, holder, program, depth - 1)),
            IInvocationOperation call when program.Bodies.Of(call.TargetMethod) is { } factory => Shuffles(factory.Root.Syntax)
                || Returns.Of(factory).Any(returned => MayBeRandom(returned, factory, program, depth - 1)),
            _ => TypesOf(origin.Type, program).Any(type => PermutesItself(type, program)),
        });
    }

    // What a data set of a base type is, is any that derives from it.
    private static IEnumerable<INamedTypeSymbol> TypesOf(ITypeSymbol? type, TorchProgram program) => type is not INamedTypeSymbol named ? []
        : named.IsAbstract || !named.DeclaringSyntaxReferences.IsEmpty ? program.Derived.Below(named).Prepend(named) : [];

    private static bool PermutesItself(INamedTypeSymbol type, TorchProgram program)
    {
        for (INamedTypeSymbol? current = type; current is not null && !current.DeclaringSyntaxReferences.IsEmpty; current = current.BaseType)
        {
            if (current.DeclaringSyntaxReferences.Any(declaration => Shuffles(declaration.GetSyntax()))
                || current.GetMembers("GetTensor").OfType<IMethodSymbol>().Any(method => IgnoresIndex(method, program)))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IgnoresIndex(IMethodSymbol method, TorchProgram program) => method is { IsOverride: true, Parameters.Length: 1 }
        && program.Bodies.Of(method) is { } body && (body.Locals.Of(method.Parameters[0]).Count == 0 || DrawsIndex(body.Root.Syntax));

    private static bool DrawsIndex(SyntaxNode code) => NamesIn(code).Any(name => name is "Next" or "NextInt64" or "randint");

    private static bool Shuffles(SyntaxNode code) => NamesIn(code).Any(name => name.IndexOf("shuffle", StringComparison.OrdinalIgnoreCase) >= 0 || name == "randperm")
        || code.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "OrderBy" or "Sort" or "OrderByDescending" }
            && NamesIn(call.ArgumentList).Any(name => name is "NewGuid" or "Random" or "Next" or "NextDouble"));

    // The name of an argument, as in shuffle: false, is not what is meant.
    private static IEnumerable<string> NamesIn(SyntaxNode code) => code.DescendantNodes().OfType<SimpleNameSyntax>()
        .Where(name => name.Parent is not NameColonSyntax).Select(name => name.Identifier.ValueText);
}
