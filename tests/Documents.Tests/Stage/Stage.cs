// What the code of the pages is about: a digit classifier and what it is trained on, by the names that the pages use.
using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.optim;

#pragma warning disable CS8618, CA1050

public static class Stage
{
    public static Setup Digits, Segmentation, setup, Translator, before, after;
    public static RecipeVerdict verdicts;
    public static Verdict verdict;
    public static DigitNet model;
    public static Optimizer optimizer;
    public static lr_scheduler.LRScheduler scheduler;
    public static IEnumerable<Batch> loader;
    public static Tensor features, images, labels, loss;
    public static long p, n, c;
    public static int epochs;
    public static Report report;
    public static double[] losses;
}

public class DigitNet(int hidden = 128) : Module<Tensor, Tensor>(nameof(DigitNet))
{
    public readonly Linear backbone = Linear(64, hidden), head = Linear(hidden, 10);

    public override Tensor forward(Tensor image) => head.call(backbone.call(image));
}

public class Transformer(int vocabulary) : Module<Tensor, Tensor>(nameof(Transformer))
{
    private readonly Embedding tokens = Embedding(vocabulary, 32);

    public override Tensor forward(Tensor text) => tokens.call(text);
}

public static class Data
{
    public static Source Train, Validation, Text;

    public sealed class Source
    {
        public Batch Take(int examples) => throw new NotSupportedException();
        public IEnumerable<Batch> Batches(int size) => throw new NotSupportedException();
    }
}

public static class Augment
{
    public static Batch Flip(Batch batch) => batch;
}

public static class Checkpoint
{
    public static void Write(DigitNet model, string path) { }
    public static DigitNet Read(string path) => new();
}

public static class MyTrainer
{
    public static double Step(TrainingStep step) => 0;
}

public static class Metrics
{
    public static double Accuracy(Module model, IEnumerable<Batch> batches) => 0;
}

public static class Losses
{
    public static Tensor AllPairs(Tensor left, Tensor right) => left;
    public static Tensor AllPairsOneByOne(Tensor left, Tensor right) => right;
}
