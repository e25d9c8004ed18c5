using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Evaluation.Saboteurs;

/// <summary>Models whose outputs depend on something that a checkpoint does not hold, and sound ones beside them.</summary>
internal static class Unsaved
{
    public static Setup Setup(Func<nn.Module> model) => SoundSetups.Classifier with { Model = model, Evaluate = null };

    /// <summary>The mean of the inputs, followed in training, in a field of many kinds.</summary>
    internal abstract class Centred : nn.Module<Tensor, Tensor>
    {
        private readonly Linear head = nn.Linear(8, 4);

        protected nn.Module Head => head;

        protected Centred(string name) : base(name)
        {
        }

        public override Tensor forward(Tensor x)
        {
            if (training) Follow(x.detach().mean([0L]));
            return head.call(x - Mean(x));
        }

        protected abstract void Follow(Tensor mean);

        protected abstract Tensor Mean(Tensor like);
    }

    /// <summary>Sound: a buffer that is updated in place.</summary>
    internal sealed class InPlace : Centred
    {
        private readonly Tensor mean = zeros(8);

        public InPlace() : base(nameof(InPlace)) => RegisterComponents();

        protected override void Follow(Tensor mean)
        {
            using var grad = no_grad();
            Buffer().copy_((Buffer() * 0.9) + (mean * 0.1));
        }

        protected override Tensor Mean(Tensor like) => Buffer();

        // A field keeps the tensor of the CPU when the model is moved.
        private Tensor Buffer() => named_buffers().First(part => part.name == nameof(mean)).buffer;
    }

    /// <summary>The field is given a new tensor; the buffer keeps the first one.</summary>
    internal sealed class Replaced : Centred
    {
        private Tensor mean = zeros(8);

        public Replaced() : base(nameof(Replaced)) => RegisterComponents();

        protected override void Follow(Tensor mean) => this.mean = (this.mean.to(mean.device) * 0.9) + (mean * 0.1);

        protected override Tensor Mean(Tensor like) => mean.to(like.device);
    }

    /// <summary>A plain tensor that is made by the first batch.</summary>
    internal sealed class MadeLater : Centred
    {
        private Tensor? _mean;

        public MadeLater() : base(nameof(MadeLater)) => RegisterComponents();

        protected override void Follow(Tensor mean) => _mean = _mean is null ? mean.clone() : (_mean * 0.9) + (mean * 0.1);

        protected override Tensor Mean(Tensor like) => _mean ?? zeros(8, device: like.device);
    }

    /// <summary>A list of tensors.</summary>
    internal sealed class InList : Centred
    {
        private readonly List<Tensor> means = [zeros(8)];

        public InList() : base(nameof(InList)) => RegisterComponents();

        protected override void Follow(Tensor mean) => means[0] = (means[0].to(mean.device) * 0.9) + (mean * 0.1);

        protected override Tensor Mean(Tensor like) => means[0].to(like.device);
    }

    /// <summary>A number.</summary>
    internal sealed class InNumber : Centred
    {
        private double mean;

        public InNumber() : base(nameof(InNumber)) => RegisterComponents();

        protected override void Follow(Tensor mean) => this.mean = (this.mean * 0.9) + (mean.mean().ToDouble() * 0.1);

        protected override Tensor Mean(Tensor like) => full(8, mean, device: like.device);
    }

    /// <summary>A buffer that is not to be saved.</summary>
    internal sealed class NotPersistent : Centred
    {
        private readonly Tensor mean = zeros(8);

        public NotPersistent() : base(nameof(NotPersistent))
        {
            register_buffer("mean", mean, persistent: false);
            register_module("head", Head);
        }

        protected override void Follow(Tensor mean)
        {
            using var grad = no_grad();
            Buffer().copy_((Buffer() * 0.9) + (mean * 0.1));
        }

        protected override Tensor Mean(Tensor like) => Buffer();

        private Tensor Buffer() => get_buffer("mean")!;
    }

    /// <summary>Not by a tensor nor by a number: an own object.</summary>
    internal sealed class InObject : Centred
    {
        private readonly Func<Tensor?, Tensor> memory = Memory();

        public InObject() : base(nameof(InObject)) => RegisterComponents();

        protected override void Follow(Tensor mean) => memory(mean);

        protected override Tensor Mean(Tensor like) => memory(null).to(like.device);

        private static Func<Tensor?, Tensor> Memory()
        {
            Tensor kept = zeros(8).DetachFromDisposeScope();
            return mean => mean is null ? kept : kept = mean.clone().DetachFromDisposeScope();
        }
    }

    /// <summary>A layer that the first batch makes and registers.</summary>
    internal sealed class LazyHead : nn.Module<Tensor, Tensor>
    {
        private readonly Linear hidden = nn.Linear(8, 16);
        private readonly Linear head = nn.Linear(16, 4);

        public LazyHead() : base(nameof(LazyHead)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            if (!named_children().Any(child => child.name == "late")) register_module("late", nn.Linear(16, 16).to(x.device));
            var late = (Linear)named_children().First(child => child.name == "late").module;
            return head.call(late.call(hidden.call(x)));
        }
    }

    /// <summary>A name that counts builds.</summary>
    internal sealed class CountedNames : nn.Module<Tensor, Tensor>
    {
        private static int _builds;
        private readonly Linear head = nn.Linear(8, 4);

        public CountedNames() : base(nameof(CountedNames)) => register_module($"head{++_builds}", head);

        public override Tensor forward(Tensor x) => head.call(x);
    }

    /// <summary>Encoder and decoder share their weights.</summary>
    internal sealed class Tied : nn.Module<Tensor, Tensor>
    {
        private readonly Linear first = nn.Linear(8, 8, hasBias: false);
        private readonly Linear second = nn.Linear(8, 8, hasBias: false);
        private readonly Linear head = nn.Linear(8, 4);

        public Tied(bool tie = true) : base(nameof(Tied))
        {
            if (tie) second.weight = first.weight;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => head.call(second.call(nn.functional.relu(first.call(x))));
    }
}
