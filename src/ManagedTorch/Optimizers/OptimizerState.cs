using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What an optimizer remembers of one parameter from step to step.</summary>
public abstract class OptimizerState
{
    protected Parameter _parameter;

    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    public abstract void Initialize(OptimizerOptions options);

    public abstract void SaveStateDict(BinaryWriter writer);

    public abstract void LoadStateDict(BinaryReader reader);

    public abstract void LoadStateDict(OptimizerState source);

    public virtual bool ApproximatelyEquals(OptimizerState other)
    {
        if (other is null || other.GetType() != GetType())
        {
            return false;
        }
        StateComparison comparison = new(other);
        Visit(comparison);
        return comparison.IsClose;
    }

    public virtual void to(Device device) => Visit(new StateMove(device));

    /// <summary>Shows a pass each entry, in the order of the file format.</summary>
    internal virtual void Visit(StatePass pass) { }

    internal void DisposeTensors() => Visit(new StateDisposal());

    protected static void LoadConditionalStateTensor(BinaryReader reader, ref Tensor? result, Device device)
    {
        if (!reader.ReadBoolean())
        {
            result?.Dispose();
            result = null;
            return;
        }
        TensorExtensionMethods.Load(ref result, reader);
        result = result!.to(device, disposeAfter: true);
    }

    protected static void SaveConditionalStateTensor(BinaryWriter writer, Tensor? tensor)
    {
        writer.Write(tensor is not null);
        tensor?.Save(writer);
    }

    private protected void Write(BinaryWriter writer) => Visit(new StateWriter(writer));

    private protected void Read(BinaryReader reader) => Visit(new StateReader(reader, _parameter.device));

    private protected void CopyFrom(OptimizerState source) => Visit(new StateCopy(source, _parameter.device));

    /// <summary>Zeros in the parameter's shape, which live until the state is disposed.</summary>
    private protected Tensor Zeros() => zeros_like(_parameter).DetachFromDisposeScope();

    private sealed class StateWriter(BinaryWriter writer) : StatePass
    {
        public override void Count(ref long value) => writer.Write(value);

        public override void Number(ref double value) => writer.Write(value);

        public override void Tensor(ref Tensor value) => value.Save(writer);

        public override void Optional(ref Tensor? value) => SaveConditionalStateTensor(writer, value);
    }

    private sealed class StateReader(BinaryReader reader, Device device) : StatePass
    {
        public override void Count(ref long value) => value = reader.ReadInt64();

        public override void Number(ref double value) => value = reader.ReadDouble();

        public override void Tensor(ref Tensor value) => value.Load(reader);

        public override void Optional(ref Tensor? value) => LoadConditionalStateTensor(reader, ref value, device);
    }
}
