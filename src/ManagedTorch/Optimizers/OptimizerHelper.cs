using System.Runtime.CompilerServices;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>An optimizer that keeps a state for each parameter, looked up by the parameter's handle.</summary>
public abstract class OptimizerHelper : optim.Optimizer
{
    protected OptimizerOptions _defaults = null!;
    protected OrderedDict<IntPtr, OptimizerState> _state = [];

    protected OptimizerHelper() : base(IntPtr.Zero) { }

    public override void add_param_group(ParamGroup param_group) => _parameter_groups.Add(param_group);

    public void to(Device device)
    {
        foreach (Parameter parameter in parameters())
        {
            StateOf(parameter).to(device);
        }
    }

    public virtual StateDictionary state_dict()
    {
        StateDictionary state = new();
        foreach (ParamGroup group in _parameter_groups)
        {
            List<int> positions = [];
            state.Options.Add(group.Options);
            state.StateIndexRef.Add(positions);
            foreach (Parameter parameter in group.Parameters)
            {
                positions.Add(state.State.Count);
                state.State.Add(StateOf(parameter));
            }
        }
        return state;
    }

    public virtual void load_state_dict(StateDictionary state_dict)
    {
        StateDictionary own = this.state_dict();
        RequireSameSize(own, state_dict.Options.Count, state_dict.State.Count);
        foreach (var (mine, loaded) in own.Options.Zip(state_dict.Options))
        {
            if (!ReferenceEquals(mine, loaded))
            {
                mine.LoadStateDict(loaded);
            }
        }
        foreach (var (mine, loaded) in own.State.Zip(state_dict.State))
        {
            if (!ReferenceEquals(mine, loaded))
            {
                mine.LoadStateDict(loaded);
            }
        }
    }

    public void save_state_dict(string location)
    {
        using FileStream stream = File.Create(location);
        using BinaryWriter writer = new(stream);
        save_state_dict(writer);
    }

    public void save_state_dict(BinaryWriter writer)
    {
        StateDictionary state = state_dict();
        writer.Write(GetType().Name);
        writer.WriteLeb128(state.Options.Count);
        writer.WriteLeb128(state.State.Count);
        state.Options.ForEach(options => options.SaveStateDict(writer));
        state.State.ForEach(entry => entry.SaveStateDict(writer));
    }

    public void load_state_dict(string location)
    {
        using FileStream stream = File.OpenRead(location);
        using BinaryReader reader = new(stream);
        load_state_dict(reader);
    }

    public void load_state_dict(BinaryReader reader)
    {
        string kind = reader.ReadString();
        if (kind != GetType().Name)
        {
            throw new InvalidDataException($"The saved state is that of {kind}, not of {GetType().Name}.");
        }
        StateDictionary own = state_dict();
        RequireSameSize(own, reader.ReadLeb128(), reader.ReadLeb128());
        own.Options.ForEach(options => options.LoadStateDict(reader));
        own.State.ForEach(entry => entry.LoadStateDict(reader));
    }

    /// <summary>Evaluates the loss, then runs <paramref name="body"/> on every group without gradients; what it makes is disposed.</summary>
    protected Tensor? _step<T>(Action<T> body, Func<Tensor>? loss_closure = null) where T : ParamGroup
    {
        Tensor? loss = null;
        if (loss_closure is not null)
        {
            using var _ = enable_grad();
            loss = loss_closure();
        }
        using (no_grad())
        using (NewDisposeScope())
        {
            foreach (ParamGroup group in _parameter_groups)
            {
                body((T)group);
            }
        }
        return loss;
    }

    /// <summary>
    /// Runs <paramref name="update"/> on every parameter that has a gradient. A parameter without a state is an error,
    /// unless it has no gradient and is skipped before the look-up.
    /// </summary>
    private protected Tensor? StepEach<TOptions, TState>(
        Func<Tensor>? closure, Action<Parameter, Tensor, TState, TOptions> update, bool skipBeforeLookup = false)
        where TOptions : OptimizerOptions where TState : OptimizerState =>
        _step<ParamGroup>(group =>
        {
            TOptions options = (TOptions)group.Options;
            foreach (Parameter parameter in group.Parameters)
            {
                Tensor? grad = parameter.IsInvalid ? null : parameter.grad;
                if (grad is null && skipBeforeLookup && !parameter.IsInvalid)
                {
                    continue;
                }
                TState state = (TState)StateOf(parameter);
                if (grad is not null)
                {
                    update(parameter, grad, state, options);
                }
            }
        }, closure);

    private protected void Begin(OptimizerOptions defaults, double learningRate, IEnumerable<ParamGroup> groups)
    {
        defaults.LearningRate = learningRate;
        defaults.InitialLearningRate = learningRate;
        _defaults = defaults;
        foreach (ParamGroup group in groups)
        {
            add_param_group(group);
        }
    }

    private protected void Add<TOptions>(ParamGroup group, Func<Parameter, OptimizerState> newState) where TOptions : OptimizerOptions, new()
    {
        group.Options ??= new TOptions();
        group.Options.FillFrom(_defaults);
        _parameter_groups.Add(group);
        foreach (Parameter parameter in group.Parameters)
        {
            OptimizerState state = newState(parameter);
            _state[parameter.Handle] = state;
            state.Initialize(group.Options);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
        {
            return;
        }
        foreach (var (_, state) in _state)
        {
            state.DisposeTensors();
        }
        _state.Clear();
    }

    private protected static void Require(bool condition, double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!condition)
        {
            throw new ArgumentException(FormattableString.Invariant($"Invalid {name}: {value}"), name);
        }
    }

    /// <summary>The gradient of what is to fall: the negated objective where that is to grow, and half the squared parameter times its penalty.</summary>
    private protected static Tensor Descent(Tensor grad, Parameter parameter, double? penalty, bool? maximize = false)
    {
        Tensor descent = maximize!.Value ? grad.neg() : grad;
        return penalty is null or 0 ? descent : descent.add(parameter, alpha: penalty.Value);
    }

    // A parameter that was replaced, or disposed with its module, is in no table: the look-up throws.
    private OptimizerState StateOf(Parameter parameter) => _state[parameter.IsInvalid ? IntPtr.Zero : parameter.Handle];

    private static void RequireSameSize(StateDictionary own, long groups, long parameters)
    {
        if (groups != own.Options.Count)
        {
            throw new ArgumentException($"The state has {groups} groups of parameters, this optimizer {own.Options.Count}.", nameof(groups));
        }
        if (parameters != own.State.Count)
        {
            throw new ArgumentException($"The state has {parameters} parameters, this optimizer {own.State.Count}.", nameof(parameters));
        }
    }
}
