using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A step size for each element, which grows while its gradient keeps its sign.</summary>
public class Rprop : OptimizerHelper
{
    public Rprop(
        IEnumerable<Parameter> parameters, double lr = 1e-2, double etaminus = 0.5, double etaplus = 1.2, double min_step = 1e-6,
        double max_step = 50, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, etaminus, etaplus, min_step, max_step, maximize) { }

    public Rprop(
        IEnumerable<ParamGroup> parameters, double lr = 1e-2, double etaminus = 0.5, double etaplus = 1.2, double min_step = 1e-6,
        double max_step = 50, bool maximize = false)
    {
        Require(lr >= 0, lr);
        Options defaults = new() { etaminus = etaminus, etaplus = etaplus, min_step = min_step, max_step = max_step, maximize = maximize };
        Begin(defaults, lr, parameters);
    }

    public override void add_param_group(Modules.ParamGroup param_group) => Add<Options>(param_group, parameter => new State(parameter));

    public override Tensor? step(Func<Tensor>? closure = null) => StepEach<Options, State>(closure, Update, skipBeforeLookup: true);

    private static void Update(Parameter parameter, Tensor grad, State state, Options options)
    {
        grad = Descent(grad, parameter, penalty: 0, options.maximize);
        state.step++;
        Tensor agreement = grad.mul(state.prev);
        Tensor turned = agreement.lt(0);
        Tensor factors = ones_like(grad).masked_fill_(agreement.gt(0), options.etaplus!.Value).masked_fill_(turned, options.etaminus!.Value);
        state.step_size.mul_(factors).clamp_(options.min_step!.Value, options.max_step!.Value);
        // Where the sign has turned the last step went too far: this one is left out.
        grad = grad.masked_fill(turned, 0);
        parameter.addcmul_(grad.sign(), state.step_size, value: -1);
        state.prev.copy_(grad);
    }

    public class Options : OptimizerOptions
    {
        public bool? maximize;
        public double? etaminus;
        public double? etaplus;
        public double? min_step;
        public double? max_step;
    }

    public class ParamGroup : ParamGroup<Options>
    {
        public ParamGroup() { }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

        public ParamGroup(
            IEnumerable<Parameter> parameters, double lr = 1e-2, double etaminus = 0.5, double etaplus = 1.2, double min_step = 1e-6,
            double max_step = 50, bool maximize = false)
            : base(parameters, new Options
            {
                LearningRate = lr, etaminus = etaminus, etaplus = etaplus, min_step = min_step, max_step = max_step,
                maximize = maximize,
            }) { }
    }

    public sealed class State : OptimizerState, IDisposable
    {
        public long step;
        public Tensor prev = null!;
        public Tensor step_size = null!;

        public State(Parameter parameter) : base(parameter) { }

        public override void Initialize(OptimizerOptions options)
        {
            Clear();
            step_size.fill_(options.LearningRate!.Value);
        }

        public override void SaveStateDict(BinaryWriter writer) => Write(writer);

        public override void LoadStateDict(BinaryReader reader) => Read(reader);

        public override void LoadStateDict(OptimizerState source) => CopyFrom(source);

        public void Dispose() => DisposeTensors();
    }
}
