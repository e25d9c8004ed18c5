using Microsoft.CodeAnalysis;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Gradients;

/// <summary>Sound programs of the field, whose order of things is not that of a plain training loop. No rule has anything to say of them.</summary>
public sealed class SoundTrainingTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.nn.utils;
        using static TorchSharp.torch.optim;

        """;

    private const string Net = """


        class Net : nn.Module<Tensor, Tensor>
        {
            public readonly Linear body = nn.Linear(4, 8), head = nn.Linear(8, 1);
            public Net() : base(nameof(Net)) => RegisterComponents();
            public override Tensor forward(Tensor x) => head.call(relu(body.call(x)));
        }
        """;

    public static TheoryData<string, string> Programs => new()
    {
        {
            "A generative adversarial network", """
            var generator = new Net();
            var discriminator = nn.Linear(1, 1);
            var forGenerator = Adam(generator.parameters());
            var forDiscriminator = Adam(discriminator.parameters());
            while (true)
            {
                forDiscriminator.zero_grad();
                var fake = generator.call(rand(2, 4));
                (softplus(discriminator.call(fake.detach())) + softplus(-discriminator.call(rand(2, 1)))).mean().backward();
                forDiscriminator.step();
                generator.zero_grad();
                softplus(-discriminator.call(fake)).mean().backward();
                forGenerator.step();
            }
            """
        },
        {
            "A critic that is trained more often, with clipped weights", """
            var actor = new Net();
            var critic = nn.Linear(1, 1);
            var forActor = SGD(actor.parameters(), 0.1);
            var forCritic = SGD(critic.parameters(), 0.1);
            for (int epoch = 0; epoch < 9; epoch++)
            {
                for (int k = 0; k < 5; k++)
                {
                    critic.zero_grad();
                    (critic.call(rand(2, 1)).mean() - critic.call(actor.call(rand(2, 4)).detach()).mean()).backward();
                    forCritic.step();
                    using (no_grad())
                        foreach (var p in critic.parameters()) p.clamp_(-0.01, 0.01);
                }
                forActor.zero_grad();
                (-critic.call(actor.call(rand(2, 4))).mean()).backward();
                forActor.step();
            }
            """
        },
        {
            "Q-learning with a target network", """
            var online = new Net();
            var target = new Net();
            target.load_state_dict(online.state_dict());
            var optimizer = Adam(online.parameters());
            for (int step = 0; step < 99; step++)
            {
                Tensor goal;
                using (no_grad()) goal = target.call(rand(8, 4)) * 0.9;
                var loss = smooth_l1_loss(online.call(rand(8, 4)), goal);
                optimizer.zero_grad();
                loss.backward();
                clip_grad_value_(online.parameters(), 1);
                optimizer.step();
                using (no_grad())
                    foreach (var (slow, fast) in target.parameters().Zip(online.parameters())) slow.lerp_(fast, 0.01);
            }
            """
        },
        {
            "Policy gradients over an episode", """
            var policy = nn.Linear(4, 2);
            var optimizer = Adam(policy.parameters());
            for (int episode = 0; episode < 9; episode++)
            {
                var losses = new List<Tensor>();
                for (int t = 0; t < 9; t++) losses.Add(-log_softmax(policy.call(rand(4)), 0)[0]);
                optimizer.zero_grad();
                stack(losses).sum().backward();
                optimizer.step();
            }
            """
        },
        {
            "Sharpness-aware minimization, two backward passes a step", """
            var model = new Net();
            var optimizer = SGD(model.parameters(), 0.1);
            while (true)
            {
                model.call(rand(2, 4)).sum().backward();
                using (no_grad())
                    foreach (var p in model.parameters()) p.add_(p.grad! * 0.05);
                optimizer.zero_grad();
                model.call(rand(2, 4)).sum().backward();
                optimizer.step();
                optimizer.zero_grad();
            }
            """
        },
        {
            "Truncated backpropagation through time", """
            var cell = nn.Linear(4, 4);
            var optimizer = SGD(cell.parameters(), 0.1);
            var state = zeros(4);
            while (true)
            {
                state = state.detach();
                Tensor total = 0f;
                for (int t = 0; t < 5; t++)
                {
                    state = cell.call(state);
                    total += state.sum();
                }
                optimizer.zero_grad();
                total.backward();
                optimizer.step();
            }
            """
        },
        {
            "A search for the learning rate", """
            var model = new Net();
            var start = model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
            foreach (var rate in new[] { 1e-4, 1e-3, 1e-2 })
            {
                model.load_state_dict(start);
                var optimizer = SGD(model.parameters(), rate, momentum: 0.9);
                optimizer.zero_grad();
                model.call(rand(2, 4)).sum().backward();
                optimizer.step();
            }
            """
        },
        {
            "An image that is optimized, under a frozen network", """
            var network = new Net();
            foreach (var p in network.parameters()) p.requires_grad = false;
            var image = new Parameter(rand(2, 4));
            var optimizer = Adam(new[] { image });
            while (true)
            {
                optimizer.zero_grad();
                network.call(image).pow(2).sum().backward();
                optimizer.step();
            }
            """
        },
        {
            "Adversarial training on the gradient of the input", """
            var model = new Net();
            var optimizer = SGD(model.parameters(), 0.1);
            while (true)
            {
                var x = rand(2, 4).requires_grad_(true);
                model.call(x).sum().backward();
                var attacked = (x + 0.1 * x.grad!.sign()).detach();
                optimizer.zero_grad();
                model.call(attacked).sum().backward();
                optimizer.step();
            }
            """
        },
        {
            "Accumulation by a counter, with a last partial step", """
            var model = new Net();
            var optimizer = SGD(model.parameters(), 0.1);
            int waiting = 0;
            foreach (var batch in args)
            {
                (model.call(rand(2, 4)).mean() / 4).backward();
                if (++waiting == 4) Apply();
            }
            if (waiting > 0) Apply();

            void Apply()
            {
                optimizer.step();
                optimizer.zero_grad();
                waiting = 0;
            }
            """
        },
        {
            "A layer that thaws, with an optimizer made anew", """
            var model = new Net();
            foreach (var p in model.body.parameters()) p.requires_grad = false;
            var optimizer = Adam(model.head.parameters());
            for (int epoch = 0; epoch < 9; epoch++)
            {
                optimizer.zero_grad();
                mse_loss(model.call(rand(2, 4)), zeros(2, 1)).backward();
                optimizer.step();
                if (epoch == 3)
                {
                    foreach (var p in model.body.parameters()) p.requires_grad = true;
                    optimizer = Adam(model.parameters(), 1e-4);
                }
            }
            """
        },
        {
            "Optimizers in a dictionary", """
            var model = new Net();
            var optimizers = new Dictionary<string, Optimizer> { ["body"] = Adam(model.body.parameters()), ["head"] = SGD(model.head.parameters(), 0.1) };
            while (true)
            {
                foreach (var each in optimizers.Values) each.zero_grad();
                model.call(rand(2, 4)).sum().backward();
                foreach (var each in optimizers.Values) each.step();
            }
            """
        },
        {
            "Gradient descent by hand", """
            var model = new Net();
            while (true)
            {
                model.call(rand(2, 4)).sum().backward();
                using (no_grad())
                    foreach (var p in model.parameters())
                    {
                        p.sub_(p.grad! * 0.1);
                        p.grad!.zero_();
                    }
            }
            """
        },
        {
            "A scaled loss, its gradients scaled back", """
            var model = new Net();
            var optimizer = SGD(model.parameters(), 0.1);
            while (true)
            {
                optimizer.zero_grad();
                (model.call(rand(2, 4)).sum() * 128).backward();
                foreach (var p in model.parameters()) p.grad!.div_(128);
                optimizer.step();
            }
            """
        },
        {
            "A trainer that leaves its steps to those who derive from it", """
            new Mine().Fit([rand(2, 4)]);

            abstract class Trainer
            {
                protected Optimizer? Optimizer { get; set; }
                public void Fit(IEnumerable<Tensor> batches)
                {
                    foreach (var batch in batches)
                    {
                        Before();
                        Loss(batch).backward();
                        Optimizer!.step();
                    }
                }
                protected abstract Tensor Loss(Tensor batch);
                protected virtual void Before() => Optimizer!.zero_grad();
            }

            class Mine : Trainer
            {
                readonly Net model = new();
                public Mine() => Optimizer = Adam(model.parameters());
                protected override Tensor Loss(Tensor batch) => model.call(batch).mean();
                protected override void Before() { model.train(); base.Before(); }
            }
            """
        },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task No_rule_has_anything_to_say(string what, string program)
    {
        Compilation compilation = await Snippet.Compile(Snippet.Project([Start + program + Net]));
        TorchAnalyzer[] warnings = [.. Rules.All.Where(rule => Rules.Descriptor(rule) is { IsEnabledByDefault: true, DefaultSeverity: DiagnosticSeverity.Warning })];
        IReadOnlyList<Diagnostic> found = await Snippet.Analyze(compilation, warnings);
        Assert.True(found.Count == 0, $"{what}: {string.Join('\n', found)}");
    }
}
