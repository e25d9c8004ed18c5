using TorchSharp.Modules;

namespace MyProject.Guards;

/// <summary>Tokens [n, time] → logits of the token that follows each [n, time, 12].</summary>
internal sealed class ExampleModel : nn.Module<Tensor, Tensor>
{
    public const int Vocabulary = 12;

    private readonly Embedding embedding = nn.Embedding(Vocabulary, 16);
    private readonly LSTM recurrent = nn.LSTM(16, 32, batchFirst: true);
    private readonly Linear head = nn.Linear(32, Vocabulary);

    public ExampleModel() : base(nameof(ExampleModel)) => RegisterComponents();

    public override Tensor forward(Tensor tokens)
    {
        (Tensor states, _, _) = recurrent.call(embedding.call(tokens));
        return head.call(states);
    }
}

/// <summary>Tokens [n, 8] that count on by one stride and, from some place on, by another, modulo 12; and the tokens that follow each.</summary>
internal static class ExampleData
{
    // All sentences of that kind, each once, in a random order: no two examples are alike.
    private static readonly long[][] Sentences = All();

    public static (Tensor Inputs, Tensor Targets) Training { get; } = Shifted(Sentences[..480]);

    public static (Tensor Inputs, Tensor Targets) Validation { get; } = Shifted(Sentences[480..640]);

    private static (Tensor Inputs, Tensor Targets) Shifted(long[][] sentences)
    {
        Tensor tokens = tensor(sentences.SelectMany(sentence => sentence).ToArray(), [sentences.Length, 9]);
        return (tokens.narrow(1, 0, 8).contiguous(), tokens.narrow(1, 1, 8).contiguous());
    }

    private static long[][] All()
    {
        long[][] all =
        [
            .. from start in Enumerable.Range(0, ExampleModel.Vocabulary)
               from stride in Enumerable.Range(1, 5)
               from other in Enumerable.Range(1, 5)
               from turn in Enumerable.Range(2, 5)
               where stride != other
               select Enumerable.Range(0, 9).Select(i => (long)(start + (stride * Math.Min(i, turn)) + (other * Math.Max(0, i - turn))) % ExampleModel.Vocabulary).ToArray(),
        ];
        new Random(0).Shuffle(all);
        return all;
    }
}
