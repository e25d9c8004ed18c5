using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Checks.Dynamics.Saboteurs;

/// <summary>A hidden layer, an activation that is called as a function, a head: [n, 8] → [n, 4]. How the function is called is the subclass's.</summary>
internal abstract class CalledAsFunctions : Module<Tensor, Tensor>
{
    protected readonly Linear hidden = Linear(8, 32), head = Linear(32, 4);

    protected CalledAsFunctions(string name) : base(name) => RegisterComponents();

    public static Setup Setup<T>(Action<Linear>? begin = null) where T : CalledAsFunctions, new() => SoundSetups.Classifier with
    {
        Model = () =>
        {
            var model = new T();
            begin?.Invoke(model.hidden);
            return model;
        },
        Evaluate = null,
    };

    internal sealed class Around() : CalledAsFunctions(nameof(Around))
    {
        public override Tensor forward(Tensor x) => head.call(tanh(hidden.call(x))); // around
    }

    internal sealed class Behind() : CalledAsFunctions(nameof(Behind))
    {
        public override Tensor forward(Tensor x) => head.call(hidden.call(x).sigmoid());
    }

    internal sealed class Scaled() : CalledAsFunctions(nameof(Scaled))
    {
        public override Tensor forward(Tensor x) => head.call(functional.sigmoid((100 * hidden.call(x)) + 1)); // scaled
    }

    internal sealed class ByName() : CalledAsFunctions(nameof(ByName))
    {
        public override Tensor forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            x = hidden.call(x);
            x = functional.relu(x.view(-1, 32));
            return head.call(x).MoveToOuterDisposeScope();
        }
    }

    internal sealed class InMethod() : CalledAsFunctions(nameof(InMethod))
    {
        public override Tensor forward(Tensor x) => head.call(Hidden(x));

        private Tensor Hidden(Tensor x) => hidden.call(x).relu();
    }

    internal sealed class Last() : CalledAsFunctions(nameof(Last))
    {
        public override Tensor forward(Tensor x) => sigmoid(30 * head.call(hidden.call(x)));
    }

    internal sealed class Gate() : CalledAsFunctions(nameof(Gate))
    {
        public override Tensor forward(Tensor x)
        {
            Tensor seen = hidden.call(x);
            return head.call(seen * seen.sigmoid());
        }
    }

    internal sealed class Twice() : CalledAsFunctions(nameof(Twice))
    {
        public override Tensor forward(Tensor x) => head.call(tanh(hidden.call(x)) + hidden.call(x));
    }

    internal sealed class InOnePath() : CalledAsFunctions(nameof(InOnePath))
    {
        public bool Bent { get; init; }

        public override Tensor forward(Tensor x)
        {
            Tensor seen = hidden.call(x);
            if (Bent) seen = seen.relu();
            return head.call(seen);
        }
    }

    internal sealed class InLoop() : CalledAsFunctions(nameof(InLoop))
    {
        public override Tensor forward(Tensor x)
        {
            Tensor seen = hidden.call(x);
            for (int i = 0; i < 2; i++) seen = tanh(seen);
            return head.call(seen);
        }
    }

    internal sealed class InLambda() : CalledAsFunctions(nameof(InLambda))
    {
        public override Tensor forward(Tensor x)
        {
            Tensor seen = tanh(hidden.call(x));
            Func<Tensor> again = () => hidden.call(x) + seen;
            return head.call(again());
        }
    }

    internal sealed class Summed() : CalledAsFunctions(nameof(Summed))
    {
        public override Tensor forward(Tensor x) => head.call(tanh(hidden.call(x) + x.sum(1, keepdim: true)));
    }

    internal sealed class ByForward() : CalledAsFunctions(nameof(ByForward))
    {
        public override Tensor forward(Tensor x) => head.call(tanh(hidden.forward(x)));
    }
}
