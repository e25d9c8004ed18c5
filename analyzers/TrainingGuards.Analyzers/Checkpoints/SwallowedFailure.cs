using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Checkpoints;

/// <summary>What a catch does about a failure: nothing, or no more than to write about it.</summary>
internal static class SwallowedFailure
{
    /// <summary>Whether a clause catches what a load may throw, and goes on as if nothing were.</summary>
    public static bool Is(ICatchClauseOperation clause) => clause.Filter is null && clause.ExceptionType is { } type
        && type.ToDisplayString() is "object" or "System.Object" or "System.Exception" or "System.SystemException" or "System.ArgumentException" or "System.InvalidOperationException"
            or "System.IO.IOException" or "System.IO.FileNotFoundException" or "System.IO.DirectoryNotFoundException" or "System.IO.EndOfStreamException" or "System.Runtime.InteropServices.ExternalException"
        && clause.Handler.Descendants().All(IsOfWriting);

    /// <summary>Whether what comes after a try can tell that it succeeded: it left by a jump, or set something.</summary>
    public static bool IsToldByTry(ITryOperation attempt) => attempt.Finally is not null || attempt.Body.Descendants().Any(operation => operation switch
    {
        IReturnOperation or IBranchOperation or IThrowOperation or IIncrementOrDecrementOperation => true,
        IAssignmentOperation { Target: var target } => !HoldsModule(target) && !IsDeclaredIn(target, attempt.Body),
        _ => false,
    });

    private static bool IsOfWriting(IOperation operation) => operation switch
    {
        IInvocationOperation call => Writes(call.TargetMethod),
        IAssignmentOperation or IIncrementOrDecrementOperation or IReturnOperation or IThrowOperation or IBranchOperation or IInvalidOperation or IAwaitOperation
            or IObjectCreationOperation or IAnonymousFunctionOperation or IDynamicInvocationOperation => false,
        _ => true,
    };

    private static bool Writes(IMethodSymbol method)
    {
        string space = method.ContainingNamespace.ToDisplayString();
        return (Visibility.IsOfFramework(method) && method.ContainingType.Name is "Console" or "Debug" or "Trace" or "TextWriter" or "String" or "Object" or "Exception" or "Path")
            || space.StartsWith("Microsoft.Extensions.Logging", StringComparison.Ordinal)
            || space is "Serilog" or "NLog" or "log4net";
    }

    private static bool HoldsModule(IOperation target) => target.Type?.AllInterfaces.Any(type => type.Name == "IDisposable") == true && target.Symbol() is not null;

    private static bool IsDeclaredIn(IOperation target, IOperation block) => target is ILocalReferenceOperation { Local: var local }
        && local.DeclaringSyntaxReferences.All(declaration => block.Syntax.Span.Contains(declaration.Span));
}
