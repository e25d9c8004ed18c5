using TrainingGuards.Analyzers.Shapes;

namespace TrainingGuards.Documents.Tests;

public sealed class EditorPictureTests
{
    private const string Attention = """
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        sealed class AttentionPooling : Module<Tensor, Tensor>
        {
            private readonly Linear _score = Linear(16, 1);

            public AttentionPooling() : base(nameof(AttentionPooling)) => RegisterComponents();

            public override Tensor forward(Tensor features)   // [batch, channels, positions]
            {
                var (n, c, p) = (features.shape[0], features.shape[1], features.shape[2]);
                var tokens = features.view(n, p, c);
                var weights = softmax(_score.call(tokens), 1);
                return (tokens * weights).sum(1);
            }
        }
        """;

    [Fact]
    public void The_picture_of_the_readme_is_what_the_rule_says() =>
        Repository.MustBe("docs/editor.svg", EditorPicture.Of(Attention.ReplaceLineEndings("\n"), new ViewInsteadOfPermute(), from: 12, to: 18));
}
