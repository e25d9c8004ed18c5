using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>
/// Follows each DataLoader from where it is made to the loops over its batches: through locals, fields, arguments, constructors and methods
/// that return it.
/// </summary>
internal sealed class LoaderFlows(TorchProgram program)
{
    private const int Depth = 5;

    private readonly ConcurrentDictionary<SyntaxNode, LoaderFlow> _known = new();
    private readonly ConcurrentDictionary<(SyntaxNode, MethodBody), BatchLoop?> _loops = new();

    private TorchProgram Program { get; } = program;

    public LoaderFlow Of(LoaderCreation creation) => _known.GetOrAdd(creation.Operation.Syntax, _ =>
    {
        var search = new Search(this, creation.Operation);
        search.Follow(creation.Operation, creation.Body, Depth);
        return search.Found();
    });

    private BatchLoop? LoopOf(IForEachLoopOperation loop, MethodBody body) => _loops.GetOrAdd((loop.Syntax, body), _ => BatchLoop.Of(loop, body, Program));

    private sealed class Search(LoaderFlows flows, IOperation creation)
    {
        private readonly TorchProgram _program = flows.Program;
        private readonly ImmutableArray<LoaderUse>.Builder _uses = ImmutableArray.CreateBuilder<LoaderUse>();
        private readonly HashSet<(IOperation, int)> _seen = [];
        private ImmutableArray<CalledEvent.Link> _path = ImmutableArray<CalledEvent.Link>.Empty;
        private IOperation _made = creation;
        private IOperation? _mention;
        private bool _isOpen;

        public LoaderFlow Found() => new(_uses.ToImmutable(), _isOpen);

        public void Follow(IOperation value, MethodBody body, int depth)
        {
            if (depth == 0 || !_seen.Add((value, _path.Length)))
            {
                _isOpen |= depth == 0;
                return;
            }
            switch (value.Parent)
            {
                case IConversionOperation { OperatorMethod: null } or IParenthesizedOperation:
                    Follow(value.Parent, body, depth);
                    break;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } }:
                    FollowLocal(local, value, body, depth);
                    break;
                case ISimpleAssignmentOperation assignment when assignment.Value == value:
                    FollowAssignment(assignment, value, body, depth);
                    break;
                case IFieldInitializerOperation { InitializedFields: { Length: 1 } fields }:
                    FollowMember(fields[0], value, depth);
                    break;
                case IPropertyInitializerOperation { InitializedProperties: { Length: 1 } properties }:
                    FollowMember(properties[0], value, depth);
                    break;
                case IForEachLoopOperation loop when loop.Collection == value:
                    FollowLoop(loop, value, body);
                    break;
                case IArgumentOperation { Parent: IInvocationOperation call } argument:
                    FollowArgument(argument, call, value, body, depth);
                    break;
                case IArgumentOperation { Parent: IObjectCreationOperation holder } argument:
                    FollowConstructor(argument, holder, depth);
                    break;
                case IReturnOperation { Kind: OperationKind.Return }:
                    FollowReturn(body, depth);
                    break;
                // Its size is read, it is disposed of, compared with null, or evaluated for nothing.
                case IPropertyReferenceOperation or IUsingOperation or IBinaryOperation or IIsPatternOperation or IExpressionStatementOperation:
                case IInvocationOperation { TargetMethod.Name: "Dispose" }:
                case IConditionalAccessOperation { WhenNotNull: IInvocationOperation { TargetMethod.Name: "Dispose" } or IPropertyReferenceOperation }:
                    break;
                default:
                    _isOpen = true;
                    break;
            }
        }

        private void FollowLocal(ILocalSymbol local, IOperation value, MethodBody body, int depth)
        {
            bool isOnly = body.Locals.WritesOf(local).Count == 1;
            foreach (IOperation mention in body.Locals.Of(local))
            {
                if (IsTarget(mention) || _program.Bodies.Around(mention.Syntax) is not { } around)
                {
                    continue;
                }
                if (isOnly || body.Provenance?.Trace(mention).Single?.Syntax == value.WithoutConversion().Syntax)
                {
                    FollowMention(mention, around, depth);
                }
                else
                {
                    _isOpen = true;
                }
            }
        }

        private void FollowAssignment(ISimpleAssignmentOperation assignment, IOperation value, MethodBody body, int depth)
        {
            switch (assignment.Target)
            {
                case ILocalReferenceOperation { Local: var local }:
                    FollowLocal(local, value, body, depth);
                    break;
                case IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }, Member: IFieldSymbol or IPropertySymbol } target:
                    FollowMember(target.Member, value, depth);
                    break;
                default:
                    _isOpen = true;
                    break;
            }
        }

        // A member that only ever holds this loader.
        private void FollowMember(ISymbol member, IOperation value, int depth)
        {
            if (!_program.Values.AssignedTo(member).All(other => other is not null
                && (other.WithoutConversion().Syntax == value.WithoutConversion().Syntax || other.WithoutConversion() is { ConstantValue: { HasValue: true, Value: null } })))
            {
                _isOpen = true;
                return;
            }
            FollowMentions(_program.References.Of(member), depth);
        }

        private void FollowMentions(IEnumerable<IOperation> mentions, int depth)
        {
            foreach (IOperation mention in mentions)
            {
                if (!IsTarget(mention) && _program.Bodies.Around(mention.Syntax) is { } around)
                {
                    FollowMention(mention, around, depth - 1);
                }
            }
        }

        // The outermost mention is the one that a message can point to.
        private void FollowMention(IOperation mention, MethodBody body, int depth)
        {
            IOperation? before = _mention;
            _mention ??= mention;
            Follow(mention, body, depth);
            _mention = before;
        }

        private void FollowLoop(IForEachLoopOperation loop, IOperation value, MethodBody body)
        {
            if (flows.LoopOf(loop, body) is { } found)
            {
                _uses.Add(new LoaderUse(found, _path.Add(new CalledEvent.Link(found.Graph, found.Enumeration)), _mention ?? value, _made));
            }
            else
            {
                _isOpen = true;
            }
        }

        private void FollowArgument(IArgumentOperation argument, IInvocationOperation call, IOperation value, MethodBody body, int depth)
        {
            if (argument.Parameter is { Ordinal: 0 } && IsEnumeratedLazily(call))
            {
                IOperation? first = _mention;
                _mention ??= value;
                Follow(call, body, depth);
                _mention = first;
                return;
            }
            if (argument.Parameter is not { } parameter || _program.Events.CalleeOf(call, body.Locals) is not { } callee || _program.Bodies.Of(callee) is not { } inner
                || inner.Locals.WritesOf(parameter.OriginalDefinition).Count > 0
                || _program.Events.Of(body) is not { } graph || graph.At(call.Syntax, EventKind.Call) is not { } step)
            {
                _isOpen |= !(Visibility.IsOfFramework(call.TargetMethod) && call.TargetMethod.ContainingType.Name is "ArgumentNullException" or "GC");
                return;
            }
            IOperation? before = _mention;
            ImmutableArray<CalledEvent.Link> outer = _path;
            _mention ??= value;
            _path = _path.Add(new CalledEvent.Link(graph, step));
            foreach (IOperation mention in inner.Locals.Of(parameter.OriginalDefinition))
            {
                Follow(mention, _program.Bodies.Around(mention.Syntax) ?? inner, depth - 1);
            }
            _path = outer;
            _mention = before;
        }

        // One object of the type, and no other, so that what its methods do is done to this loader.
        private void FollowConstructor(IArgumentOperation argument, IObjectCreationOperation holder, int depth)
        {
            if (argument.Parameter?.OriginalDefinition is not { } parameter || holder.Constructor is not { } constructor
                || !TorchSymbols.Same(constructor.ContainingAssembly, _program.Compilation.Assembly) || ConstructorBinding.CallsOf(constructor, _program).Length != 1)
            {
                _isOpen = true;
                return;
            }
            ImmutableArray<CalledEvent.Link> outer = _path;
            _path = ImmutableArray<CalledEvent.Link>.Empty;
            foreach (ISymbol member in ConstructorBinding.HoldersOf(parameter, constructor, _program))
            {
                if (member is IParameterSymbol)
                {
                    FollowMentions(_program.References.Named<IParameterReferenceOperation>(member.Name).Where(mention => TorchSymbols.Same(mention.Parameter, member)), depth);
                }
                else if (_program.Values.AssignedTo(member).Length == 1)
                {
                    FollowMentions(_program.References.Of(member), depth);
                }
                else
                {
                    _isOpen = true;
                }
            }
            _path = outer;
        }

        private void FollowReturn(MethodBody body, int depth)
        {
            if (body.Owner is not IMethodSymbol || _path.Length > 0 || Returns.Of(body).Count() > 1)
            {
                _isOpen = true;
                return;
            }
            foreach (CallSite site in CallSites.Of(body, _program))
            {
                if (site.Call is IInvocationOperation call && _program.Bodies.Around(call.Syntax) is { } caller && caller.Model.GetOperation(call.Syntax) is { } made)
                {
                    IOperation before = _made;
                    _made = made;
                    Follow(made, caller, depth - 1);
                    _made = before;
                }
                else
                {
                    _isOpen = true;
                }
            }
        }

        // A list of the batches is made once, where it stands; what is lazy goes through the loader at each enumeration.
        private static bool IsEnumeratedLazily(IInvocationOperation call) =>
            call.TargetMethod is { ContainingType: { Name: "Enumerable", ContainingNamespace: { Name: "Linq", ContainingNamespace.Name: "System" } }, Name: var name }
            && (name is "Select" or "Take" or "Skip" or "TakeWhile" or "SkipWhile" or "Where" or "AsEnumerable" or "Zip" or "Index" or "Chunk"
                || (name is "ToList" or "ToArray" && call.Parent is IForEachLoopOperation or IConversionOperation { Parent: IForEachLoopOperation }));

        private static bool IsTarget(IOperation mention) => mention is ILocalReferenceOperation { IsDeclaration: true } || mention.Parent switch
        {
            IAssignmentOperation assignment => assignment.Target == mention,
            ITupleOperation or IDeclarationExpressionOperation => IsTarget(mention.Parent),
            _ => false,
        };
    }
}
