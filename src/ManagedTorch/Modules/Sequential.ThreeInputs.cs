using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Named modules in order, for a subclass to say how they are chained.</summary>
public abstract class Sequential<T1, T2, T3, TResult> : nn.Module<T1, T2, T3, TResult>
{
    private readonly Chain<nn.Module> chain = new();

    protected Sequential(params (string name, nn.Module submodule)[] modules) : base(Chain.ModuleName) => chain.AddRange(modules);

    protected Sequential(params nn.Module[] modules) : base(Chain.ModuleName) => chain.AddRange(modules);

    public int Count => chain.Count;

    [IndexerName("SequentialItems")]
    public nn.Module this[int index] => chain[index];

    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, TResult> this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

    [IndexerName("SequentialItems")]
    public Sequential<T1, T2, T3, TResult> this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    public Sequential<T1, T2, T3, TResult> append(string name, nn.Module module)
    {
        Add(name, module);
        return this;
    }

    public Sequential<T1, T2, T3, TResult> append(nn.Module module)
    {
        Add(module);
        return this;
    }

    protected internal void Add(string name, nn.Module sm) => chain.Add(name, sm);

    protected internal void Add(nn.Module module) => chain.Add(module);

    protected virtual Sequential<T1, T2, T3, TResult> Slice(int start, int end) =>
        throw new NotSupportedException("A subclass of Sequential that is to be sliced overrides Slice.");

    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => chain.NamedParameters(recurse);

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true) =>
        chain.NamedBuffers(recurse, include_nonpersistent);

    public override IEnumerable<(string name, nn.Module module)> named_children() => chain.NamedChildren();

    public override IEnumerable<(string name, nn.Module module)> named_modules() => chain.NamedModules();

    public override nn.Module apply(Action<nn.Module> fn)
    {
        chain.ForEach(module => module.apply(fn));
        fn(this);
        return this;
    }

    protected internal override nn.Module _to(ScalarType dtype, bool non_blocking)
    {
        chain.ForEach(module => module._to(dtype, non_blocking));
        return this;
    }

    protected internal override nn.Module _to(Device device, ScalarType dtype, bool non_blocking)
    {
        chain.ForEach(module => module._to(device, dtype, non_blocking));
        return this;
    }

    protected internal override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
    {
        chain.ForEach(module => module._to(deviceType, deviceIndex, non_blocking));
        return this;
    }
}
