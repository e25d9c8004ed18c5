using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Schedule;

/// <summary>TG8005: ReduceLROnPlateau waits for a metric to fall that rises as the model gets better, or the reverse.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PlateauModeMismatch() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that holds the mode that the metric asks for.</summary>
    internal const string Mode = nameof(Mode);

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.PlateauModeMismatch,
        nameof(PlateauModeMismatch),
        "ReduceLROnPlateau waits for its metric to go the wrong way",
        "'{0}' waits for '{1}' to {2}, but a better model makes it {3}, so the learning rate decays while the model learns. Make it with mode: \"{4}\".",
        "The mode says what better means: \"min\", the default, is for a loss, \"max\" for an accuracy.");

    // The last word of a name says what it is, unless another turns it round: valAccuracy, val_acc, macroF1; not accuracyLoss.
    private static readonly Regex Rising = Matching("((^|_)(accuracy|acc|f1|auc)|Accuracy|Acc|F1|Auc|AUC)$"),
        Turned = Matching("(^|_)(loss|error|err|neg|negative|negated|minus|inverse|inverted|drop|gap)|Loss|Err|Neg|Minus|Inver|Drop|Gap");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterCallAction(context, torch, call => call.Arguments.Length > 0 && EventVocabulary.KindOf(call, torch) == EventKind.SchedulerStep, Analyze);

    private static void Analyze(OperationContext context, IInvocationOperation call, TorchProgram program)
    {
        if (program.Bodies.Around(call.Syntax) is not { } body || body.Model.GetOperation(call.Syntax) is not IInvocationOperation step
            || step.Arguments.FirstOrDefault(argument => argument.Parameter?.Type.SpecialType == SpecialType.System_Double)?.Value is not { } metric
            || Receiver.Of(step.Instance, body.Locals) is not { } name)
        {
            return;
        }
        ImmutableArray<Scheduler> schedulers = Scheduler.Of(name, body, program);
        if (schedulers.IsEmpty || !schedulers.All(one => one.Kind == "ReduceLROnPlateau"))
        {
            return;
        }
        var modes = schedulers.Select(one => Scheduler.ArgumentOf(one.Creation, "mode") is { } mode ? mode.Value.ConstantValue.Value as string : "min").Distinct().ToList();
        bool isSaid = schedulers.Any(one => Scheduler.ArgumentOf(one.Creation, "mode") is not null);
        string? asked = TrendOf(metric, isSaid, body, program) switch
        {
            MetricTrend.Rises => "max",
            MetricTrend.Falls => "min",
            _ => null,
        };
        if (asked is null || modes.Count != 1 || modes[0] is not ("min" or "max") || modes[0] == asked)
        {
            return;
        }
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            metric.Syntax.GetLocation(),
            schedulers.Select(one => one.Creation.Syntax.GetLocation()).Distinct(),
            ImmutableDictionary<string, string?>.Empty.Add(Mode, asked),
            name.ToString(),
            metric.Name(),
            asked == "max" ? "fall" : "rise",
            asked == "max" ? "rise" : "fall",
            asked));
    }

    /// <summary>What the metric is made of. Where that is out of sight and no mode is said, what it is called, unless something seen turns it round.</summary>
    private static MetricTrend TrendOf(IOperation metric, bool isModeSaid, MethodBody body, TorchProgram program)
    {
        MetricTrend trend = new MetricTrends(program).Of(metric, body);
        return trend == MetricTrend.Unknown && !isModeSaid && body.Provenance?.Trace(metric).Operations.Any(Turns) != true
            && NameOf(metric) is { } name && Rising.IsMatch(name) && !Turned.IsMatch(name)
            ? MetricTrend.Rises
            : trend;
    }

    private static bool Turns(IOperation made) => made is IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus } or IBinaryOperation or ICompoundAssignmentOperation;

    private static string? NameOf(IOperation metric) => metric.WithoutConversion() switch
    {
        ILocalReferenceOperation local => local.Local.Name,
        IParameterReferenceOperation parameter => parameter.Parameter.Name,
        IFieldReferenceOperation field => field.Field.Name,
        IPropertyReferenceOperation { Arguments.IsEmpty: true } property => property.Property.Name,
        IInvocationOperation call => call.TargetMethod.Name,
        _ => null,
    };

    private static Regex Matching(string pattern) => new(pattern, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
}
