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

    public virtual bool ApproximatelyEquals(OptimizerState other) =>
        other is not null && other.GetType() == GetType() && SavedField.Of(this).All(field => (field.Get(this), field.Get(other)) switch
        {
            (Tensor mine, Tensor others) => mine.allclose(others),
            (null, _) => true,
            var (mine, others) => mine.Equals(others),
        });

    public virtual void to(Device device)
    {
        foreach (var (field, tensor) in Tensors())
        {
            field.Set(this, tensor?.to(device, disposeAfter: true).DetachFromDisposeScope());
        }
    }

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

    /// <summary>Zeros everywhere; no tensor where there may be none.</summary>
    private protected void Clear()
    {
        DisposeTensors();
        foreach (SavedField field in SavedField.Of(this))
        {
            field.Set(this, field.IsTensor && !field.IsOptional ? Zeros() : null);
        }
    }

    private protected void Write(BinaryWriter writer)
    {
        foreach (SavedField field in SavedField.Of(this))
        {
            if (field.IsOptional) SaveConditionalStateTensor(writer, (Tensor?)field.Get(this));
            else if (field.IsTensor) ((Tensor)field.Get(this)!).Save(writer);
            else field.Write(this, writer);
        }
    }

    private protected void Read(BinaryReader reader)
    {
        foreach (SavedField field in SavedField.Of(this))
        {
            Tensor? tensor = field.Get(this) as Tensor;
            if (field.IsOptional)
            {
                LoadConditionalStateTensor(reader, ref tensor, _parameter.device);
                field.Set(this, tensor);
            }
            else if (field.IsTensor) tensor!.Load(reader);
            else field.Read(this, reader);
        }
    }

    private protected void CopyFrom(OptimizerState source)
    {
        DisposeTensors();
        foreach (SavedField field in SavedField.Of(this))
        {
            object? value = field.Get(source);
            field.Set(this, value is Tensor tensor ? tensor.to(_parameter.device, copy: true) : value);
        }
    }

    /// <summary>Zeros in the parameter's shape, which live until the state is disposed.</summary>
    private protected Tensor Zeros() => zeros_like(_parameter).DetachFromDisposeScope();

    internal void DisposeTensors()
    {
        foreach (var (_, tensor) in Tensors()) tensor?.Dispose();
    }

    private IEnumerable<(SavedField Field, Tensor? Tensor)> Tensors() =>
        from field in SavedField.Of(this) where field.IsTensor select (field, (Tensor?)field.Get(this));
}
