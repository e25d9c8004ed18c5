using System.Globalization;
using System.Text;

namespace TrainingGuards.Analyzers.Tests.Verification;

/// <summary>
/// As many lines of training code as wanted: whole programs like those that people write, each with a model of its kind, its data, a trainer, an evaluation,
/// checkpoints and what has nothing to do with torch. It is sound: no rule has anything to say about it.
/// </summary>
public static class TrainingCode
{
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Globalization;
        using System.IO;
        using System.Linq;
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;
        using F = TorchSharp.torch.nn.functional;


        """;

    private static readonly string[] Models = [Perceptron, Convolutional, Recurrent, Attending, Residual];

    /// <summary>Files of code of at least <paramref name="lines"/> lines together, the same at every call.</summary>
    public static IEnumerable<(string Path, string Text)> Generate(int lines)
    {
        for (int program = 0, written = 0; written < lines; program++)
        {
            var text = new StringBuilder(Usings);
            text.Append(CultureInfo.InvariantCulture, $"namespace Programs.P{program};\n\n");
            text.Append(Models[program % Models.Length]).Append("\n\n").Append(Training).Append("\n\n").Append(Data).Append("\n\n").Append(Reporting).Append('\n');
            string file = text.ToString().Replace("FEATURES", $"{16 + (8 * (program % 7))}").Replace("CLASSES", $"{2 + (program % 9)}");
            written += file.Count(character => character == '\n');
            yield return ($"Program{program:0000}.cs", file);
        }
    }

    private const string Perceptron = """
        /// <summary>Two hidden layers over a vector of features.</summary>
        public sealed class Network : Module<Tensor, Tensor>
        {
            private readonly Linear first = Linear(FEATURES, 64, hasBias: false);
            private readonly BatchNorm1d norm = BatchNorm1d(64);
            private readonly Linear second = Linear(64, 64);
            private readonly Dropout dropout = Dropout(0.2);
            private readonly Linear head = Linear(64, CLASSES);

            public Network() : base(nameof(Network)) => RegisterComponents();

            public override Tensor forward(Tensor x)
            {
                using var scope = NewDisposeScope();
                var hidden = F.relu(norm.call(first.call(x)));
                hidden = dropout.call(F.relu(second.call(hidden)));
                return head.call(hidden).MoveToOuterDisposeScope();
            }
        }
        """;

    private const string Convolutional = """
        /// <summary>Images of one channel that arrive as rows of FEATURES² pixels.</summary>
        public sealed class Network : Module<Tensor, Tensor>
        {
            private readonly Module<Tensor, Tensor> features;
            private readonly Module<Tensor, Tensor> head;

            public Network() : base(nameof(Network))
            {
                features = Sequential(
                    ("conv1", Linear(FEATURES, 128)),
                    ("act1", ReLU()),
                    ("drop", Dropout(0.1)),
                    ("conv2", Linear(128, 128)),
                    ("act2", ReLU()));
                head = Sequential(Linear(128, 64), GELU(), Linear(64, CLASSES));
                RegisterComponents();
            }

            public override Tensor forward(Tensor x)
            {
                using (NewDisposeScope())
                {
                    var rows = x.reshape(x.shape[0], 1, x.shape[1]);
                    var seen = features.call(rows.flatten(1));
                    return head.call(seen).MoveToOuterDisposeScope();
                }
            }
        }
        """;

    private const string Recurrent = """
        /// <summary>A sequence of one feature a step, read by a recurrent layer.</summary>
        public sealed class Network : Module<Tensor, Tensor>
        {
            private readonly LSTM reader = LSTM(1, 32, numLayers: 2, batchFirst: true, dropout: 0.1);
            private readonly Dropout dropout = Dropout(0.3);
            private readonly Linear head = Linear(32, CLASSES);

            public Network() : base(nameof(Network))
            {
                RegisterComponents();
            }

            public override Tensor forward(Tensor x)
            {
                var (output, _, _) = reader.call(x.unsqueeze(-1));
                var last = output[TensorIndex.Ellipsis, -1, TensorIndex.Colon];
                return head.call(dropout.call(last));
            }
        }
        """;

    private const string Attending = """
        /// <summary>Features as tokens, through self-attention, pooled.</summary>
        public sealed class Network : Module<Tensor, Tensor>
        {
            private const int Width = 32;
            private readonly Linear embed = Linear(1, Width);
            private readonly TransformerEncoder encoder = TransformerEncoder(TransformerEncoderLayer(Width, 4, 64, 0.1), 2);
            private readonly LayerNorm norm = LayerNorm(Width);
            private readonly Linear head = Linear(Width, CLASSES);

            public Network() : base(nameof(Network)) => RegisterComponents();

            public override Tensor forward(Tensor x)
            {
                using var scope = NewDisposeScope();
                var tokens = embed.call(x.unsqueeze(-1)).permute(1, 0, 2);
                var seen = encoder.call(tokens, null!, null!);
                return head.call(norm.call(seen.mean([0L]))).MoveToOuterDisposeScope();
            }
        }
        """;

    private const string Residual = """
        /// <summary>A layer with a way around it.</summary>
        public sealed class Block : Module<Tensor, Tensor>
        {
            private readonly Linear inner;
            private readonly BatchNorm1d norm;
            private readonly Linear outer;

            public Block(int width) : base(nameof(Block))
            {
                inner = Linear(width, width, hasBias: false);
                norm = BatchNorm1d(width);
                outer = Linear(width, width);
                RegisterComponents();
            }

            public override Tensor forward(Tensor x) => x + outer.call(F.relu(norm.call(inner.call(x))));
        }

        /// <summary>Three blocks.</summary>
        public sealed class Network : Module<Tensor, Tensor>
        {
            private readonly Linear stem = Linear(FEATURES, 48);
            private readonly ModuleList<Block> blocks = ModuleList(new Block(48), new Block(48), new Block(48));
            private readonly Linear head = Linear(48, CLASSES);

            public Network() : base(nameof(Network)) => RegisterComponents();

            public override Tensor forward(Tensor x)
            {
                var hidden = F.relu(stem.call(x));
                foreach (var block in blocks) hidden = block.call(hidden);
                return head.call(F.relu(hidden));
            }
        }
        """;

    private const string Training = """
        /// <summary>What a run is made with.</summary>
        public sealed record Settings(int Epochs = 10, int BatchSize = 32, double Rate = 1e-3, double Decay = 1e-2, double MaxNorm = 1.0, int Seed = 0, string Checkpoint = "best.dat");

        /// <summary>What an epoch came to.</summary>
        public sealed record EpochResult(int Epoch, double Loss, double Accuracy, double Rate);

        /// <summary>Trains a network and keeps the best weights.</summary>
        public sealed class Trainer
        {
            private readonly Settings settings;
            private readonly Network network;
            private readonly AdamW optimizer;
            private readonly optim.lr_scheduler.LRScheduler scheduler;
            private readonly CrossEntropyLoss criterion = CrossEntropyLoss();
            private readonly List<EpochResult> history = new();

            public Trainer(Settings settings)
            {
                this.settings = settings;
                manual_seed(settings.Seed);
                network = new Network();
                optimizer = optim.AdamW(network.parameters(), lr: settings.Rate, weight_decay: settings.Decay);
                scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, settings.Epochs);
            }

            public IReadOnlyList<EpochResult> History => history;

            public Network Fit(Table train, Table validation)
            {
                double best = double.PositiveInfinity;
                for (int epoch = 0; epoch < settings.Epochs; epoch++)
                {
                    double loss = TrainEpoch(train, epoch);
                    scheduler.step();
                    var (held, accuracy) = Evaluate(validation);
                    history.Add(new EpochResult(epoch, loss, accuracy, optimizer.ParamGroups.First().LearningRate));
                    if (held < best)
                    {
                        best = held;
                        network.save(settings.Checkpoint);
                    }
                }
                return network;
            }

            private double TrainEpoch(Table table, int epoch)
            {
                network.train();
                double total = 0;
                int batches = 0;
                foreach (var (inputs, labels) in table.Batches(settings.BatchSize, settings.Seed + epoch))
                {
                    using var scope = NewDisposeScope();
                    optimizer.zero_grad();
                    var logits = network.call(inputs);
                    var loss = criterion.call(logits, labels);
                    loss.backward();
                    nn.utils.clip_grad_norm_(network.parameters(), settings.MaxNorm);
                    optimizer.step();
                    total += loss.item<float>();
                    batches++;
                }
                return batches == 0 ? double.NaN : total / batches;
            }

            private (double Loss, double Accuracy) Evaluate(Table table)
            {
                network.eval();
                using var _ = no_grad();
                double total = 0;
                long right = 0, seen = 0;
                foreach (var (inputs, labels) in table.Batches(settings.BatchSize, null))
                {
                    using var scope = NewDisposeScope();
                    var logits = network.call(inputs);
                    total += criterion.call(logits, labels).item<float>() * inputs.shape[0];
                    right += logits.argmax(1).eq(labels).sum().item<long>();
                    seen += inputs.shape[0];
                }
                return seen == 0 ? (double.NaN, double.NaN) : (total / seen, (double)right / seen);
            }
        }
        """;

    private const string Data = """
        /// <summary>Rows of numbers with a class each.</summary>
        public sealed class Table
        {
            private readonly float[][] rows;
            private readonly long[] labels;

            public Table(IEnumerable<float[]> rows, IEnumerable<long> labels)
            {
                this.rows = rows.ToArray();
                this.labels = labels.ToArray();
                if (this.rows.Length != this.labels.Length) throw new ArgumentException($"{this.rows.Length} rows, {this.labels.Length} labels");
            }

            public int Count => rows.Length;

            public static Table Read(string path)
            {
                var rows = new List<float[]>();
                var labels = new List<long>();
                foreach (string line in File.ReadLines(path).Skip(1))
                {
                    string[] cells = line.Split(',', StringSplitOptions.TrimEntries);
                    if (cells.Length < 2) continue;
                    rows.Add(cells[..^1].Select(cell => float.Parse(cell, CultureInfo.InvariantCulture)).ToArray());
                    labels.Add(long.Parse(cells[^1], CultureInfo.InvariantCulture));
                }
                return new Table(rows, labels);
            }

            public (Table Train, Table Held) Split(double share, int seed)
            {
                var random = new Random(seed);
                int[] order = Enumerable.Range(0, Count).OrderBy(_ => random.Next()).ToArray();
                int cut = (int)(Count * share);
                return (Pick(order[cut..]), Pick(order[..cut]));
            }

            public IEnumerable<(Tensor Inputs, Tensor Labels)> Batches(int size, int? seed)
            {
                int[] order = Enumerable.Range(0, Count).ToArray();
                if (seed is { } given)
                {
                    var random = new Random(given);
                    for (int i = order.Length - 1; i > 0; i--)
                    {
                        int other = random.Next(i + 1);
                        (order[i], order[other]) = (order[other], order[i]);
                    }
                }
                for (int at = 0; at < order.Length; at += size)
                {
                    int[] picked = order[at..Math.Min(at + size, order.Length)];
                    var inputs = tensor(picked.SelectMany(i => rows[i]).ToArray(), new long[] { picked.Length, rows[0].Length });
                    var classes = tensor(picked.Select(i => labels[i]).ToArray());
                    yield return (inputs, classes);
                }
            }

            private Table Pick(int[] order) => new(order.Select(i => rows[i]), order.Select(i => labels[i]));
        }
        """;

    private const string Reporting = """
        /// <summary>A history as text.</summary>
        public static class History
        {
            public static string Text(IReadOnlyList<EpochResult> results)
            {
                if (results.Count == 0) return "nothing was trained";
                var lines = new List<string> { "epoch  loss    accuracy  rate" };
                foreach (var result in results.OrderBy(r => r.Epoch))
                {
                    string bar = new string('#', (int)Math.Clamp(result.Accuracy * 20, 0, 20));
                    lines.Add(string.Create(CultureInfo.InvariantCulture, $"{result.Epoch,5}  {result.Loss:F4}  {result.Accuracy:P1}  {result.Rate:G3} {bar}"));
                }
                var best = results.MinBy(r => r.Loss)!;
                lines.Add($"best: epoch {best.Epoch}, {best.Loss.ToString("F4", CultureInfo.InvariantCulture)}");
                return string.Join(Environment.NewLine, lines);
            }

            public static IReadOnlyDictionary<string, double> Summary(IReadOnlyList<EpochResult> results)
            {
                var summary = new Dictionary<string, double>(StringComparer.Ordinal);
                foreach (var (name, pick) in new (string, Func<EpochResult, double>)[] { ("loss", r => r.Loss), ("accuracy", r => r.Accuracy) })
                {
                    double[] values = results.Select(pick).Where(double.IsFinite).ToArray();
                    if (values.Length == 0) continue;
                    double mean = values.Average();
                    summary[name + ".mean"] = mean;
                    summary[name + ".deviation"] = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / values.Length);
                    summary[name + ".last"] = values[^1];
                }
                return summary;
            }
        }
        """;
}
