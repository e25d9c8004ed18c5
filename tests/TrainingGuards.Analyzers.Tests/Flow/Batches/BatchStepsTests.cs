using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class BatchStepsTests
{
    [Theory]
    [InlineData("x", "axis 0 by Stacked")]
    [InlineData("x.relu().to(float32) * 2", "axis 0 by Stacked")]
    [InlineData("x.unsqueeze(0)", "axis 1 by Stacked")]
    [InlineData("x.unsqueeze(1)", "axis 0 by Stacked")]
    [InlineData("x.unsqueeze(-1)", "axis 0 by Stacked")]
    [InlineData("x.transpose(0, 2)", "axis 2 by Stacked")]
    [InlineData("x.permute(1, 2, 0)", "axis 2 by Stacked")]
    [InlineData("x.permute(-1, 0, 1)", "axis 1 by Stacked")]
    [InlineData("x.permute(1, 2, 0).select(-2, 0)", "axis 1 by Stacked")]
    [InlineData("x.select(1, 3)", "axis 0 by Stacked")]
    [InlineData("x.transpose(0, 1).sum(dim: 0)", "axis 0 by Stacked")]
    [InlineData("x[TensorIndex.Colon, 3]", "axis 0 by Stacked")]
    [InlineData("x[.., -1]", "axis 0 by Stacked")]
    [InlineData("x.index(TensorIndex.Ellipsis, 0)", null)]
    [InlineData("x.flatten(1).index(TensorIndex.Ellipsis, 0)", "axis 0 by Stacked")]
    [InlineData("x.mean([1L, 2])", "axis 0 by Stacked")]
    [InlineData("x.unsqueeze(0).mean([0L], keepdim: true)", "axis 1 by Stacked")]
    [InlineData("nn.Embedding(10, 4).call(x)", "axis 0 by Stacked")]
    [InlineData("nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 4)).call(x)", "axis 0 by Stacked")]
    [InlineData("cat([x, x], 1)", "axis 0 by Stacked")]
    [InlineData("stack([x, x], 0)", "axis 1 by Stacked")]
    [InlineData("x + x.relu()", "axis 0 by Stacked")]
    [InlineData("Twice(x)", "axis 0 by Stacked")]
    [InlineData("gru.call(x).Item1", "axis 0 by Stacked")]
    [InlineData("nn.BatchNorm1d(4).call(other)", "axis 0 by Normalized")]
    [InlineData("other.flatten(1)", "axis 0 by KeptApart")]
    [InlineData("other.view(-1, 784)", "axis 0 by KeptApart")]
    [InlineData("other.reshape(other.shape[0], 28, -1)", "axis 0 by KeptApart")]
    [InlineData("other", null)]
    [InlineData("other.view(28, 28)", null)]
    [InlineData("x + other", null)]
    [InlineData("x.squeeze()", null)]
    [InlineData("x.mean([0L])", null)]
    [InlineData("x.select(0, 0)", null)]
    [InlineData("x[0]", null)]
    [InlineData("x.sum()", null)]
    [InlineData("cat([x, x], 0)", null)]
    [InlineData("args.Length > 1 ? x : other", null)]
    [InlineData("args.Length > 1 ? x : x.t()", null)]
    [InlineData("x.matmul(x)", null)]
    public async Task The_axis_of_the_batch_in(string tensor, string? expected)
    {
        MarkedProgram marked = await MarkedProgram.In($$"""
            utils.data.Dataset data = null!;
            var gru = nn.GRU(4, 8);
            Tensor Twice(Tensor t) { var twice = t * 2; return twice; }
            void Use(Tensor other)
            {
                foreach (var batch in new DataLoader(data, 32))
                {
                    var x = batch["x"];
                    var used = {{tensor}};
                    nn.functional.mse_loss([|used.neg()|], x);
                }
            }
            """);
        Batch input = Assert.Single(marked.Program.BatchSteps.Through(marked.Operation)).Input;
        Assert.Equal(expected, input.Axis is { } axis ? $"axis {axis.Index} by {input.Evidence}" : null);
    }

    [Theory]
    [InlineData("new DataLoader(data, 32)", true, true)]
    [InlineData("utils.data.DataLoader(data, 32, shuffle: true)", true, true)]
    [InlineData("Open(64)", true, false)]
    [InlineData("field", true, true)]
    [InlineData("field.Take(3)", true, true)]
    [InlineData("new DataLoader(data, 1)", false, false)]
    [InlineData("new DataLoader(data, 32, drop_last: true)", false, true)]
    [InlineData("given", false, false)]
    public async Task What_is_certain_of_the_batches_of(string loader, bool mayEndInOne, bool hasSeveral)
    {
        MarkedProgram marked = await MarkedProgram.In($$"""
            public class Use(utils.data.Dataset data)
            {
                private readonly DataLoader field = new(data, 16);
                private DataLoader Open(int size) => new(data, size);
                public void Fit(DataLoader given)
                {
                    foreach (var batch in {{loader}})
                    {
                        nn.functional.mse_loss([|batch["x"].neg()|], batch["y"]);
                    }
                }
            }
            """);
        LoaderBatch batch = Assert.Single(marked.Program.BatchSteps.Through(marked.Operation)).Input.Loader!;
        Assert.Equal((mayEndInOne, hasSeveral), (batch.MayEndInOne, batch.HasSeveral));
    }

    [Theory]
    [InlineData("nn.Conv2d(1, 8, 5)", 8 * 24 * 24)]
    [InlineData("nn.Conv2d(1, 8, 3, stride: 2, padding: 1)", 8 * 14 * 14)]
    [InlineData("nn.Conv2d(1, 8, 3, dilation: 2)", 8 * 24 * 24)]
    [InlineData("nn.Conv2d(1, 8, (3, 1))", 8 * 26 * 28)]
    [InlineData("nn.Conv2d(1, 8, 3, Padding.Same)", null)]
    [InlineData("nn.ConvTranspose2d(1, 8, 3)", null)]
    [InlineData("nn.MaxPool2d(2)", 14 * 14)]
    [InlineData("nn.MaxPool2d(3, stride: 1)", 26 * 26)]
    [InlineData("nn.MaxPool2d(3, ceil_mode: true)", null)]
    [InlineData("nn.AvgPool2d((2, 4))", 14 * 7)]
    [InlineData("nn.AdaptiveAvgPool2d(3)", 9)]
    [InlineData("nn.AdaptiveAvgPool2d((3, 5))", 15)]
    [InlineData("nn.Linear(28, 10)", 28 * 10)]
    [InlineData("nn.Flatten()", 784)]
    [InlineData("nn.ReLU()", 784)]
    [InlineData("nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout())", 4 * 13 * 13)]
    public async Task The_numbers_of_an_example_after(string layer, int? count)
    {
        MarkedProgram marked = await MarkedProgram.In($$"""
            void Use(Tensor x, Tensor y) => nn.functional.mse_loss([|{{layer}}.call(x.view(-1, 1, 28, 28)).neg()|], y);
            """);
        Assert.Equal(count, Assert.Single(marked.Program.BatchSteps.Through(marked.Operation)).Input.Example?.Count);
    }
}
