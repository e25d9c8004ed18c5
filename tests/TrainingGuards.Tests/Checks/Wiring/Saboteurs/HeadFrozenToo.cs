using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>A given encoder, and of two new layers behind it the first is frozen as if it had been given too.</summary>
internal sealed class HeadFrozenToo : nn.Module<Tensor, Tensor>
{
    private readonly FineTunedModel encoder = new();
    private readonly Linear hidden = nn.Linear(4, 16);
    private readonly Linear head = nn.Linear(16, 4);

    public HeadFrozenToo() : base(nameof(HeadFrozenToo))
    {
        RegisterComponents();
        foreach (Parameter parameter in encoder.parameters().Concat(hidden.parameters())) parameter.requires_grad = false;
        using var grad = no_grad();
        foreach (Parameter parameter in encoder.parameters()) parameter.fill_(0.1);
    }

    public static Setup Setup => SoundSetups.FineTuned with { Model = () => new HeadFrozenToo() };

    public override Tensor forward(Tensor x) => head.call(nn.functional.relu(hidden.call(encoder.call(x))));
}
