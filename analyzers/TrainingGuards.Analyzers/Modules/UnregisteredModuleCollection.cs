using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Modules;

/// <summary>TG3001: a module keeps layers or Parameters in a list, array, dictionary or tuple, which RegisterComponents does not look into.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnregisteredModuleCollection() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property with the type that the member is to have, where that is all there is to change.</summary>
    internal const string Registering = nameof(Registering);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.UnregisteredModuleCollection,
        nameof(UnregisteredModuleCollection),
        "A module keeps its layers in a collection that is not registered",
        "'{0}' keeps {1} in {2}, which RegisterComponents() does not look into. Keep them in a {3}.",
        "Layers in a plain collection are in no optimizer and in no checkpoint, stay on their device and in their mode.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterModuleAction(context, torch, (symbol, type) =>
        {
            foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic))
            {
                if (ElementOf(field.Type, torch) is { } element)
                {
                    Analyze(symbol, field.AssociatedSymbol ?? field, field.Type, element, TorchProgram.Of(symbol.Compilation, torch));
                }
            }
        });

    private static void Analyze(SymbolAnalysisContext context, ISymbol member, ITypeSymbol type, ITypeSymbol element, TorchProgram program)
    {
        INamedTypeSymbol owner = member.ContainingType;
        if (program.Registrations.IsByHand(owner) || program.Derived.Below(owner).Any(program.Registrations.IsByHand))
        {
            return;
        }
        var mentions = program.References.Of(member).ToList();
        if (OwnElement(member, mentions, program) is not { } own || !mentions.All(mention => StaysInside(mention, program)))
        {
            return;
        }
        bool isParameter = program.Torch.IsParameter(element);
        string registering = isParameter ? "ParameterList" : IsDictionary(type) ? "ModuleDict" : "ModuleList";
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            member.Locations[0],
            [own.Syntax.GetLocation()],
            ImmutableDictionary<string, string?>.Empty.Add(Registering, CanBecomeModuleList(member, type, mentions) && registering == "ModuleList" ? $"TorchSharp.Modules.ModuleList<{element.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}>" : null),
            member.Name,
            isParameter ? "Parameters" : "layers",
            Kind(type),
            registering));
    }

    /// <summary>The module or Parameter type that a collection holds, null for anything else.</summary>
    private static ITypeSymbol? ElementOf(ITypeSymbol type, TorchSymbols torch) => type switch
    {
        IArrayTypeSymbol { ElementType: var element } => Held(element, torch),
        INamedTypeSymbol { IsGenericType: true } named when named.IsTupleType || IsCollection(named) => named.TypeArguments.Select(argument => Held(argument, torch)).FirstOrDefault(held => held is not null),
        _ => null,
    };

    private static ITypeSymbol? Held(ITypeSymbol element, TorchSymbols torch) =>
        torch.IsModule(element) || torch.IsParameter(element) ? element : ElementOf(element, torch);

    private static bool IsCollection(INamedTypeSymbol type) => type.Name is "Tuple" or "KeyValuePair"
        || (type.AllInterfaces.Append(type).Any(known => known.SpecialType == SpecialType.System_Collections_IEnumerable
            || known.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T) && Visibility.IsOfFramework(type));

    private static bool IsDictionary(ITypeSymbol type) => type.AllInterfaces.Append(type).Any(known => known is INamedTypeSymbol { Name: "IDictionary" or "IReadOnlyDictionary" });

    private static string Kind(ITypeSymbol type) => type is IArrayTypeSymbol ? "an array" : type.IsTupleType ? "a tuple" : $"a {type.Name}";

    /// <summary>An element that is made for the collection, so that no other member can hold it.</summary>
    private static IOperation? OwnElement(ISymbol member, List<IOperation> mentions, TorchProgram program)
    {
        var values = program.Values.AssignedTo(member).OfType<IOperation>().ToList();
        var listed = values.SelectMany(ListedValues.In).ToList();
        var added = mentions.SelectMany(AddedTo).ToList();
        // One module in a list of its own is the known way to keep it from being registered: a network that was trained before. A layer of random numbers
        // that is only ever applied is none, and nothing else can train or save it.
        bool isHidden = listed.Count == 1 && added.Count == 0 && values.Count == 1 && ListedValues.ElementsOf(values[0].WithoutConversion()) is not null
            && !(Layers.HasParameters(listed[0].Type!, program.Torch) && IsOnlyApplied(mentions, program.Torch));
        return isHidden ? null : listed.Concat(added).FirstOrDefault(element => IsOwn(element, program));
    }

    // layers[0].call(x), with gradients.
    private static bool IsOnlyApplied(List<IOperation> mentions, TorchSymbols torch)
    {
        var uses = mentions.Where(mention => mention.Parent is not IAssignmentOperation assignment || assignment.Target != mention).ToList();
        return uses.Count > 0 && uses.TrueForAll(mention => mention.Parent is (IPropertyReferenceOperation { Property.IsIndexer: true } or IArrayElementReferenceOperation)
            and { Parent: IInvocationOperation forward } element && forward.Instance == element && EventVocabulary.IsForward(forward, torch)
            && !GradientMode.IsOff(forward, torch) && forward.Parent is not IInvocationOperation { TargetMethod.Name: "detach" });
    }

    private static IEnumerable<IOperation> AddedTo(IOperation mention) => mention.Parent switch
    {
        IInvocationOperation { TargetMethod.Name: "Add" or "Insert" or "AddRange" or "TryAdd" or "Enqueue" or "Push" or "AddLast" } add when add.Instance == mention =>
            add.Arguments.SelectMany(argument => ListedValues.In(argument.Value)),
        IArrayElementReferenceOperation { Parent: ISimpleAssignmentOperation assignment } slot when assignment.Target == slot => ListedValues.In(assignment.Value),
        IPropertyReferenceOperation { Property.IsIndexer: true, Parent: ISimpleAssignmentOperation assignment } slot when assignment.Target == slot => ListedValues.In(assignment.Value),
        _ => [],
    };

    private static bool IsOwn(IOperation element, TorchProgram program)
    {
        if (program.Bodies.Around(element.Syntax) is not { } body)
        {
            return false;
        }
        return NewModule.Learns(element, body, program)
            || (element is ILocalReferenceOperation { Local: var local } && NewModule.Learns(body.Locals.OnlyValueOf(local), body, program)
                && body.Locals.Of(local).All(mention => mention.Syntax == element.Syntax || IsUsedOnly(mention)));
    }

    private static bool IsUsedOnly(IOperation mention)
    {
        IOperation? user = mention.Parent is IConversionOperation conversion ? conversion.Parent : mention.Parent;
        return user is IInvocationOperation or IMemberReferenceOperation
            || (user is IArgumentOperation { Parent: IInvocationOperation { Parent: IExpressionStatementOperation } moved } && Receiver.ReturnsItsModule(moved));
    }

    /// <summary>Whether a mention gives neither the collection nor the parameters of its elements away.</summary>
    private static bool StaysInside(IOperation mention, TorchProgram program)
    {
        IOperation value = mention;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }
        bool isInside = value.Parent switch
        {
            IAssignmentOperation assignment => assignment.Target == value,
            IArrayElementReferenceOperation or IMemberReferenceOperation or INameOfOperation or IExpressionStatementOperation => true,
            IInvocationOperation call => call.Instance == value && Visibility.IsOfFramework(call.TargetMethod),
            IArgumentOperation { Parent: IInvocationOperation call } => Visibility.IsOfFramework(call.TargetMethod) && call.TargetMethod.IsExtensionMethod,
            IForEachLoopOperation or IConditionalAccessOperation or IBinaryOperation or IIsPatternOperation => true,
            _ => false,
        };
        return isInside && !HandsOut(mention, program);
    }

    // layers.SelectMany(layer => layer.parameters()), foreach (var layer in layers) yield return layer, nn.ModuleList(layers.ToArray())
    private static bool HandsOut(IOperation mention, TorchProgram program)
    {
        IOperation statement = mention;
        while (statement.Parent is { } outer and not (IBlockOperation or IMethodBodyBaseOperation or ISymbolInitializerOperation))
        {
            statement = outer;
            if (statement is IForEachLoopOperation)
            {
                break;
            }
        }
        return statement.DescendantsAndSelf().Any(part => part switch
        {
            IInvocationOperation call => (call.TargetMethod.Name is "parameters" or "named_parameters" or "state_dict" && program.Torch.IsModule(call.Instance?.Type)) || IsContainer(call.Type, program),
            IObjectCreationOperation creation => IsContainer(creation.Type, program),
            IReturnOperation returned => returned.ReturnedValue?.Type is { } type && !program.Torch.IsTensor(type) && (program.Torch.IsModule(type) || ElementOf(type, program.Torch) is not null),
            ISimpleAssignmentOperation { Target: IMemberReferenceOperation { Type: { } type } target } assignment => assignment.Target != mention.Parent
                && !target.DescendantsAndSelf().Any(inner => inner.Syntax == mention.Syntax) && program.Torch.IsModule(type),
            _ => false,
        });
    }

    private static bool IsContainer(ITypeSymbol? type, TorchProgram program) => type is not null && Layers.IsContainer(type, program.Torch);

    /// <summary>Whether a ModuleList in its place would do all that is done with it.</summary>
    private static bool CanBecomeModuleList(ISymbol member, ITypeSymbol type, List<IOperation> mentions) =>
        (type is IArrayTypeSymbol { Rank: 1 } || type.Name is "List" or "IList" or "IReadOnlyList" or "IEnumerable" or "ICollection")
        && member.DeclaredAccessibility is Accessibility.Private or Accessibility.Internal or Accessibility.NotApplicable
        && member.DeclaringSyntaxReferences[0].GetSyntax() is VariableDeclaratorSyntax { Initializer: not null, Parent: VariableDeclarationSyntax { Variables.Count: 1 } }
        && mentions.All(mention => mention.Parent switch
        {
            IPropertyReferenceOperation property => property.Property.IsIndexer || property.Property.Name == "Count",
            IArrayElementReferenceOperation or IForEachLoopOperation or IConversionOperation { Parent: IForEachLoopOperation } => true,
            IInvocationOperation call => call.TargetMethod.Name is "Add" or "Insert" or "Clear" or "Contains" or "IndexOf",
            IArgumentOperation => true,
            IConversionOperation { Parent: IArgumentOperation } => true,
            _ => false,
        });
}
