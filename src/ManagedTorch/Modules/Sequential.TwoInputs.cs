using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Named modules in order, for a subclass to say how they are chained.</summary>
public abstract class Sequential<T1, T2, TResult> : nn.Module<T1, T2, TResult>
{
    private readonly Chain<nn.Module> chain = new();

    protected Sequential(params (string name, nn.Module submodule)[] modules) : base(Chain.ModuleName) => chain.AddRange(modules);

    protected Sequential(params nn.Module[] modules) : base(Chain.ModuleName) => chain.AddRange(modules);

    public int Count => chain.Count;

    [IndexerName("SequentialItems")]
    public nn.Module this[int index] => chain[index];

    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, TResult> this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, TResult> this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    public Sequential<T1, T2, TResult> append(string name, nn.Module module)
    {
        Add(name, module);
        return this;
    }

    public Sequential<T1, T2, TResult> append(nn.Module module)
    {
        Add(module);
        return this;
    }

    protected internal void Add(string name, nn.Module sm) => chain.Add(name, sm);

    protected internal void Add(nn.Module module) => chain.Add(module);

    protected virtual Sequential<T1, T2, TResult> Slice(int start, int end) =>
        throw new NotSupportedException("A subclass of Sequential that is to be sliced overrides Slice.");

    internal override IEnumerable<(string name, nn.Module module)> Links => chain.Named;
}
