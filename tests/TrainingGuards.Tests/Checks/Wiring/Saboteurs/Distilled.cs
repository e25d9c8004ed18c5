using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>A student, and a teacher that follows it as a moving average.</summary>
internal sealed class Distilled : nn.Module<Tensor, Tensor>
{
    public readonly Linear student = nn.Linear(8, 4);
    public readonly Linear teacher = nn.Linear(8, 4);

    public Distilled(bool copied = false) : base(nameof(Distilled))
    {
        RegisterComponents();
        using var grad = no_grad();
        if (copied) foreach ((Parameter follows, Parameter source) in teacher.parameters().Zip(student.parameters())) follows.copy_(source);
        foreach (Parameter parameter in teacher.parameters()) parameter.requires_grad = false;
    }

    public override Tensor forward(Tensor x) => student.call(x);

    /// <summary>A setup whose step updates the teacher so.</summary>
    /// <param name="own">The weight of the teacher's own numbers.</param>
    /// <param name="early">Whether it follows the student as it was before the update.</param>
    /// <param name="rest">The weight of the student's numbers; null for what is left to 1.</param>
    public static Setup Setup(double own, bool early = false, double? rest = null) => SoundSetups.Classifier with
    {
        Model = () => new Distilled(),
        Evaluate = null,
        Optimizer = null,
        OptimizerFor = model => optim.SGD(((Distilled)model).student.parameters(), learningRate: 0.1),
        Step = step =>
        {
            var model = (Distilled)step.Model;
            step.Optimizer.zero_grad();
            Tensor loss = cross_entropy(model.call(step.Batch.Inputs), step.Batch.Targets);
            loss.backward();
            if (early) Follow(model, own, rest ?? (1 - own));
            step.Optimizer.step();
            if (!early) Follow(model, own, rest ?? (1 - own));
            return loss.ToDouble();
        },
    };

    private static void Follow(Distilled model, double own, double rest)
    {
        using var grad = no_grad();
        foreach ((Parameter follows, Parameter source) in model.teacher.parameters().Zip(model.student.parameters())) follows.mul_(own).add_(source, rest);
    }
}
