namespace TorchSharp.Modules;

/// <summary>A pass over the options of an optimizer: reads or writes each in turn.</summary>
internal abstract class OptionPass
{
    public abstract void Number(ref double? value);

    public abstract void Flag(ref bool? value);
}

internal sealed class OptionWriter(BinaryWriter writer) : OptionPass
{
    public override void Number(ref double? value) => writer.Write(value!.Value);

    public override void Flag(ref bool? value) => writer.Write(value!.Value);
}

internal sealed class OptionReader(BinaryReader reader) : OptionPass
{
    public override void Number(ref double? value) => value = reader.ReadDouble();

    public override void Flag(ref bool? value) => value = reader.ReadBoolean();
}

/// <summary>Copies the options of another object of the same class: all of them, or those alone that are missing.</summary>
internal sealed class OptionCopy : OptionPass
{
    private readonly OptionList source = new();
    private readonly bool onlyMissing;

    public OptionCopy(OptimizerOptions source, bool onlyMissing)
    {
        source.Visit(this.source);
        this.onlyMissing = onlyMissing;
    }

    public override void Number(ref double? value)
    {
        double? copied = this.source.Numbers.Dequeue();
        value = onlyMissing ? value ?? copied : copied;
    }

    public override void Flag(ref bool? value)
    {
        bool? copied = this.source.Flags.Dequeue();
        value = onlyMissing ? value ?? copied : copied;
    }

    private sealed class OptionList : OptionPass
    {
        public Queue<double?> Numbers { get; } = new();

        public Queue<bool?> Flags { get; } = new();

        public override void Number(ref double? value) => Numbers.Enqueue(value);

        public override void Flag(ref bool? value) => Flags.Enqueue(value);
    }
}
