using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Reads the definitions and uses of locals and parameters off a control-flow graph, in the order they happen.</summary>
internal sealed class DefinitionCollector
{
    private readonly Dictionary<ISymbol, List<Definition>> _definitions = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, Function> _definedIn = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _shared = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _aliased = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<CaptureId, ISymbol> _captures = [];
    private readonly Dictionary<SyntaxNode, IOperation> _values = [];
    private readonly List<Function> _functions = [];

    public DefinitionCollector(ControlFlowGraph graph)
    {
        foreach (IOperation operation in BodyOperations.Of(graph).Assigning)
        {
            RememberValue(operation);
        }
        Collect(graph, ImmutableArray<IParameterSymbol>.Empty);
    }

    public IReadOnlyList<Function> Functions => _functions;

    /// <summary>How many definitions there are.</summary>
    public int Count { get; private set; }

    public IReadOnlyList<Definition> Of(ISymbol symbol) => _definitions.TryGetValue(symbol, out List<Definition>? found) ? found : [];

    /// <summary>Whether functions nested in each other both define it, so that the order of definitions is open.</summary>
    public bool IsShared(ISymbol symbol) => _shared.Contains(symbol);

    /// <summary>Whether it also has another name, by ref or by address.</summary>
    public bool IsAliased(ISymbol symbol) => _aliased.Contains(symbol);

    private void RememberValue(IOperation operation)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation declarator when declarator.GetVariableInitializer() is { } initializer:
                _values[declarator.Syntax] = initializer.Value;
                break;
            case ICompoundAssignmentOperation or IIncrementOrDecrementOperation:
                _values[operation.Syntax] = operation;
                break;
            case ISimpleAssignmentOperation assignment:
                _values[assignment.Syntax] = assignment.Value;
                break;
            case IDeconstructionAssignmentOperation deconstruction:
                RememberElements(deconstruction.Target, deconstruction.Value);
                break;
        }
    }

    private void RememberElements(IOperation target, IOperation value)
    {
        target = target is IDeclarationExpressionOperation declaration ? declaration.Expression : target;
        if (target is not ITupleOperation targets)
        {
            _values[target.Syntax] = value;
        }
        else if (value.WithoutConversion() is ITupleOperation values && values.Elements.Length == targets.Elements.Length)
        {
            for (int i = 0; i < targets.Elements.Length; i++)
            {
                RememberElements(targets.Elements[i], values.Elements[i]);
            }
        }
    }

    private void Collect(ControlFlowGraph graph, ImmutableArray<IParameterSymbol> parameters)
    {
        var function = new Function(graph);
        _functions.Add(function);
        foreach (IParameterSymbol parameter in parameters)
        {
            function.Entries.Add(Define(function, parameter, syntax: null));
        }
        foreach (BasicBlock block in graph.Blocks)
        {
            List<Event> events = function.Events(block);
            foreach (IOperation operation in block.Operations)
            {
                Walk(function, events, operation);
            }
            Walk(function, events, block.BranchValue);
        }
        foreach (IMethodSymbol local in graph.LocalFunctions)
        {
            Collect(graph.GetLocalFunctionControlFlowGraph(local), local.Parameters);
        }
    }

    private void Walk(Function function, List<Event> events, IOperation? operation)
    {
        switch (operation)
        {
            case null:
                return;
            case IFlowAnonymousFunctionOperation lambda:
                Collect(function.Graph.GetAnonymousFunctionControlFlowGraph(lambda), lambda.Symbol.Parameters);
                return;
            case IFlowCaptureOperation { Value: var captured } capture when Variable(captured) is { } variable:
                _captures[capture.Id] = variable;
                Walk(function, events, captured);
                return;
            case ISimpleAssignmentOperation { IsRef: true } alias:
                Alias(alias.Target);
                Alias(alias.Value);
                return;
            case ISimpleAssignmentOperation assignment when Variable(assignment.Target) is { } variable:
                Walk(function, events, assignment.Value);
                events.Add(new Event(Define(function, variable, assignment.Syntax)));
                return;
            case IDeconstructionAssignmentOperation deconstruction:
                Walk(function, events, deconstruction.Value);
                DefineTargets(function, events, deconstruction.Target);
                return;
            case ILocalReferenceOperation or IParameterReferenceOperation:
                events.Add(new Event(Variable(operation)!, operation.Syntax));
                return;
        }
        foreach (IOperation child in operation.ChildOperations)
        {
            Walk(function, events, child);
        }
        switch (operation)
        {
            case IAssignmentOperation { Target: var target } when Variable(target) is { } variable:
                events.Add(new Event(Define(function, variable, operation.Syntax)));
                break;
            case IAssignmentOperation { Target: var part } when Holder(part) is { } variable:
                events.Add(new Event(Define(function, variable, operation.Syntax)));
                break;
            case IIncrementOrDecrementOperation { Target: var target } when Variable(target) is { } variable:
                events.Add(new Event(Define(function, variable, operation.Syntax)));
                break;
            case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out, Value: var value }:
                DefineTargets(function, events, value);
                break;
            case IDeclarationPatternOperation { DeclaredSymbol: { } symbol }:
                events.Add(new Event(Define(function, symbol, operation.Syntax)));
                break;
            case IRecursivePatternOperation { DeclaredSymbol: { } symbol }:
                events.Add(new Event(Define(function, symbol, operation.Syntax)));
                break;
            case IListPatternOperation { DeclaredSymbol: { } symbol }:
                events.Add(new Event(Define(function, symbol, operation.Syntax)));
                break;
            case IAddressOfOperation address:
                Alias(address.Reference);
                break;
        }
    }

    private void DefineTargets(Function function, List<Event> events, IOperation target)
    {
        switch (target)
        {
            case IDeclarationExpressionOperation declaration:
                DefineTargets(function, events, declaration.Expression);
                break;
            case ITupleOperation tuple:
                foreach (IOperation element in tuple.Elements)
                {
                    DefineTargets(function, events, element);
                }
                break;
            case var single when (Variable(single) ?? Holder(single)) is { } variable:
                events.Add(new Event(Define(function, variable, single.Syntax)));
                break;
        }
    }

    private Definition Define(Function function, ISymbol symbol, SyntaxNode? syntax)
    {
        IOperation? value = syntax is not null && _values.TryGetValue(syntax, out IOperation? known) ? known : null;
        var definition = new Definition(Count++, symbol, syntax, value);
        if (!_definitions.TryGetValue(symbol, out List<Definition>? ofSymbol))
        {
            _definitions.Add(symbol, ofSymbol = []);
            _definedIn.Add(symbol, function);
        }
        ofSymbol.Add(definition);
        if (_definedIn[symbol] != function)
        {
            _shared.Add(symbol);
        }
        return definition;
    }

    private ISymbol? Variable(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => Entered(parameter.Parameter),
        IFlowCaptureReferenceOperation reference when _captures.TryGetValue(reference.Id, out ISymbol? variable) => variable,
        _ => null,
    };

    /// <summary>A parameter that no nested function declares is the body's own, and comes in with a value.</summary>
    private IParameterSymbol Entered(IParameterSymbol parameter)
    {
        if (!_definitions.ContainsKey(parameter))
        {
            _functions[0].Entries.Add(Define(_functions[0], parameter, syntax: null));
            if (IsOfPrimaryConstructor(parameter))
            {
                _aliased.Add(parameter);
            }
        }
        return parameter;
    }

    /// <remarks>Such a parameter is a field of the type in all but name: other methods may assign it.</remarks>
    private static bool IsOfPrimaryConstructor(IParameterSymbol parameter) =>
        parameter.ContainingSymbol.DeclaringSyntaxReferences.Any(declaration => declaration.GetSyntax() is TypeDeclarationSyntax);

    /// <summary>The variable that holds an assigned part: <c>point</c> in <c>point.X = 1</c> where it is a struct.</summary>
    private ISymbol? Holder(IOperation part)
    {
        while (part is IFieldReferenceOperation { Instance: { Type.IsValueType: true } instance })
        {
            part = instance;
        }
        return Variable(part);
    }

    private void Alias(IOperation operation)
    {
        if ((Variable(operation) ?? Holder(operation)) is { } variable)
        {
            _aliased.Add(variable);
        }
    }

    /// <summary>A use of a variable, or a definition.</summary>
    internal readonly struct Event
    {
        public Event(Definition definition) => (Definition, Symbol, Reference) = (definition, definition.Symbol, null);

        public Event(ISymbol symbol, SyntaxNode reference) => (Definition, Symbol, Reference) = (null, symbol, reference);

        public Definition? Definition { get; }

        public ISymbol Symbol { get; }

        public SyntaxNode? Reference { get; }
    }

    /// <summary>A method, lambda or local function of the body.</summary>
    internal sealed class Function
    {
        private readonly List<Event>[] _events;

        public Function(ControlFlowGraph graph)
        {
            Graph = graph;
            _events = [.. graph.Blocks.Select(_ => new List<Event>())];
        }

        public ControlFlowGraph Graph { get; }

        /// <summary>What the parameters come in with.</summary>
        public List<Definition> Entries { get; } = [];

        public List<Event> Events(BasicBlock block) => _events[block.Ordinal];

        /// <summary>Every definition made in a block, also those that a later one of the block replaces.</summary>
        public IEnumerable<Definition> Definitions(BasicBlock block) => Events(block).Select(happening => happening.Definition).OfType<Definition>();
    }
}
