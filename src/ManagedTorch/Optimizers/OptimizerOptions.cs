namespace TorchSharp.Modules;

/// <summary>The numbers that one group of parameters is optimized by; one that is null is taken from the optimizer's defaults.</summary>
public class OptimizerOptions
{
    public double? LearningRate { get; set; }

    public double InitialLearningRate { get; set; }

    public virtual void SaveStateDict(BinaryWriter writer)
    {
        writer.Write(InitialLearningRate);
        writer.Write(LearningRate!.Value);
        foreach (SavedField field in SavedField.Of(this)) field.Write(this, writer);
    }

    public virtual void LoadStateDict(BinaryReader reader)
    {
        InitialLearningRate = reader.ReadDouble();
        LearningRate = reader.ReadDouble();
        foreach (SavedField field in SavedField.Of(this)) field.Read(this, reader);
    }

    public virtual void LoadStateDict(OptimizerOptions source)
    {
        InitialLearningRate = source.InitialLearningRate;
        LearningRate = source.LearningRate;
        foreach (SavedField field in SavedField.Of(this)) field.Set(this, field.Get(source));
    }

    internal void FillFrom(OptimizerOptions defaults)
    {
        LearningRate ??= defaults.LearningRate;
        InitialLearningRate = LearningRate!.Value;
        foreach (SavedField field in SavedField.Of(this)) field.Set(this, field.Get(this) ?? field.Get(defaults));
    }
}
