using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Options;

namespace TrainingGuards.Analyzers.Modules;

/// <summary>TG3012: forward is called directly on a module that has hooks, which run through call alone.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ForwardInsteadOfCall() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.ForwardInsteadOfCall,
        nameof(ForwardInsteadOfCall),
        "forward is called on a module that has hooks",
        "{0}, which forward() does not run. Use '{1}.call(…)'.",
        "Hooks are run by call, which then runs forward: a forward by itself leaves them out.");

    private static readonly ConditionalWeakTable<TorchProgram, Lazy<List<Hook>>> Known = new();

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (operation.Operation is IInvocationOperation { TargetMethod.Name: "forward", Instance: { } instance and not IInstanceReferenceOperation } call
                    && torch.IsModule(instance.Type) && !torch.IsLossModule(instance.Type))
                {
                    Analyze(operation, call, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);

    private static void Analyze(OperationContext context, IInvocationOperation call, TorchProgram program)
    {
        List<Hook> hooks = Known.GetValue(program, static known => new(() => Find(known).ToList())).Value;
        IOperation? hook = null;
        if (hooks.Count > 0 && program.Bodies.Around(call.Syntax) is { } body
            && program.Bodies.ModelOf(call.Syntax.SyntaxTree).GetOperation(call.Syntax) is IInvocationOperation { Instance: { } instance }
            && hooks.FirstOrDefault(hook => hook.Has(instance, body, program)) is { } found)
        {
            hook = found.Registration;
        }
        string module = call.Instance!.Syntax.ToString();
        if (hook is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, NameOf(call), [hook.Syntax.GetLocation()], $"'{module}' has a hook", module));
        }
        else if (RuleOptions.ForwardCalls.In(call.Syntax.SyntaxTree, context.Options) == ForwardCalls.All)
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, NameOf(call), $"'{module}' may have hooks one day", module));
        }
    }

    private static Location NameOf(IInvocationOperation call) => call.Syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: var name } }
        ? Location.Create(call.Syntax.SyntaxTree, TextSpan.FromBounds(name.SpanStart, call.Syntax.Span.End))
        : call.Syntax.GetLocation();

    private static IEnumerable<Hook> Find(TorchProgram program)
    {
        foreach (IInvocationOperation registration in new[] { "register_forward_hook", "register_forward_pre_hook" }.SelectMany(name => program.References.Named<IInvocationOperation>(name)))
        {
            if (registration.Instance is not { } instance || program.Bodies.Around(registration.Syntax) is not { } body || IsTakenOff(registration, program))
            {
                continue;
            }
            if (program.Torch.IsModule(instance.Type) && program.Values.Of(instance, body) is { Length: 1 } made && made[0].Creation is { } creation)
            {
                yield return new Hook(registration, creation, owner: null);
            }
            else if (EnumeratedOwner(instance, registration, body, program) is { } owner)
            {
                yield return new Hook(registration, creation: null, owner);
            }
        }
    }

    // What register_… gives back takes the hook off again; when, is open.
    private static bool IsTakenOff(IInvocationOperation registration, TorchProgram program) => registration.Parent is not IExpressionStatementOperation
        && program.References.Named<IInvocationOperation>("remove").Any(call => call.TargetMethod.ContainingType.Name == "HookRemover");

    /// <summary>The module type whose children all get the hook: <c>foreach (var child in model.children()) child.register_forward_hook(…)</c>.</summary>
    private static INamedTypeSymbol? EnumeratedOwner(IOperation instance, IOperation registration, MethodBody body, TorchProgram program)
    {
        IOperation? outer = registration.Parent;
        while (outer is IExpressionStatementOperation or IBlockOperation or ISimpleAssignmentOperation)
        {
            outer = outer.Parent;
        }
        return instance.DescendantsAndSelf().OfType<ILocalReferenceOperation>().FirstOrDefault() is { Local: var local }
            && outer is IForEachLoopOperation { Collection: var collection, Locals: var locals } && locals.Contains(local, SymbolEqualityComparer.Default)
            && collection.WithoutConversion() is IInvocationOperation { TargetMethod.Name: "modules" or "named_modules" or "children" or "named_children", Instance: { } root }
            && program.Values.Of(root, body) is { Length: 1 } made && made[0].Creation is not null && !made[0].Type.DeclaringSyntaxReferences.IsEmpty
            ? made[0].Type
            : null;
    }

    private sealed class Hook(IInvocationOperation registration, IOperation? creation, INamedTypeSymbol? owner)
    {
        public IInvocationOperation Registration { get; } = registration;

        /// <summary>Whether a module is the hooked one: made by the same operation and by no other, or a component of the hooked owner.</summary>
        public bool Has(IOperation instance, MethodBody body, TorchProgram program) => owner is not null
            ? instance.WithoutConversion() is IMemberReferenceOperation { Instance: IInstanceReferenceOperation, Member: var member }
                && TorchSymbols.Same(member.ContainingType, owner) && program.Registrations.InConstructor(owner) == Answer.Yes
            : program.Values.Of(instance, body) is { Length: 1 } made && made[0].Creation == creation && !RunsBefore(instance);

        private bool RunsBefore(IOperation instance) => instance.Syntax.SyntaxTree == Registration.Syntax.SyntaxTree
            && instance.Syntax.FirstAncestorOrSelf<MemberDeclarationSyntax>(node => node is not GlobalStatementSyntax) == Registration.Syntax.FirstAncestorOrSelf<MemberDeclarationSyntax>(node => node is not GlobalStatementSyntax)
            && instance.Syntax.SpanStart < Registration.Syntax.SpanStart;
    }
}
