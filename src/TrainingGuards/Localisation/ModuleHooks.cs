using System.Reflection;
using TrainingGuards.Decoding;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>Tells of every module of a model when it is entered and left, whatever it takes and returns; removed when disposed.</summary>
/// <remarks>TorchSharp runs hooks through <c>call</c> alone: a module that its parent calls by <c>forward</c> is not seen.</remarks>
internal sealed class ModuleHooks : IDisposable
{
    private static readonly Dictionary<int, MethodInfo> ByArity = typeof(ModuleHooks)
        .GetMethods(BindingFlags.Instance | BindingFlags.NonPublic)
        .Where(method => method.Name == nameof(Attach))
        .ToDictionary(method => method.GetGenericArguments().Length);

    private readonly List<Action> _removals = [];
    private readonly Action<string, nn.Module, Tensors> _entered, _left;
    private readonly Func<Tensor, Tensor>? _view;

    /// <param name="model">The model.</param>
    /// <param name="entered">Given the path, the module and what it takes.</param>
    /// <param name="left">Given the path, the module and what it returns.</param>
    /// <param name="view">Makes a view of each single tensor, of which a view is passed on in its place; null leaves what passes alone.</param>
    /// <param name="itselfAlone">Whether the model itself is told of and no module in it.</param>
    public ModuleHooks(nn.Module model, Action<string, nn.Module, Tensors> entered, Action<string, nn.Module, Tensors> left, Func<Tensor, Tensor>? view = null, bool itselfAlone = false)
    {
        (_entered, _left, _view) = (entered, left, view);
        IReadOnlyList<string> composites = ModuleKind.Composites(model);
        foreach ((string path, nn.Module module) in ModelTensors.Modules(model))
        {
            if (itselfAlone && !ReferenceEquals(module, model)) continue;
            // What torch's own modules are made of may be disposed of before they return.
            if (!ReferenceEquals(module, model) && composites.Any(composite => path != composite && CoveringNames.IsUnder(path, composite))) continue;
            Type[] arguments = ArgumentsOf(module.GetType());
            if (ByArity.TryGetValue(arguments.Length, out MethodInfo? attach)) attach.MakeGenericMethod(arguments).Invoke(this, [path, module]);
        }
    }

    public void Dispose()
    {
        foreach (Action remove in _removals) remove();
    }

    private static Type[] ArgumentsOf(Type type)
    {
        for (Type? t = type; t is not null; t = t.BaseType)
        {
            if (t.IsGenericType && t.Assembly == typeof(Tensor).Assembly && t.Name.StartsWith("Module`", StringComparison.Ordinal)) return t.GetGenericArguments();
        }
        return [];
    }

    private T Viewed<T>(T value) => _view is not null && value is Tensor tensor ? (T)(object)_view(tensor) : value;

    private void Enter(string path, nn.Module module, params object?[] inputs) => _entered(path, module, Tensors.Among(inputs));

    private TResult Leave<TResult>(string path, nn.Module module, TResult output)
    {
        TResult kept = Viewed(output);
        _left(path, module, Tensors.Among(kept));
        return Viewed(kept);
    }

    private void Attach<T, TResult>(string path, nn.Module<T, TResult> module)
    {
        _removals.Add(module.register_forward_pre_hook((_, a) =>
        {
            T kept = Viewed(a);
            Enter(path, module, kept);
            return Viewed(kept);
        }).remove);
        _removals.Add(module.register_forward_hook((_, _, output) => Leave(path, module, output)).remove);
    }

    private void Attach<T1, T2, TResult>(string path, nn.Module<T1, T2, TResult> module)
    {
        _removals.Add(module.register_forward_pre_hook((_, a, b) =>
        {
            (a, b) = (Viewed(a), Viewed(b));
            Enter(path, module, a, b);
            return (Viewed(a), Viewed(b));
        }).remove);
        _removals.Add(module.register_forward_hook((_, _, _, output) => Leave(path, module, output)).remove);
    }

    private void Attach<T1, T2, T3, TResult>(string path, nn.Module<T1, T2, T3, TResult> module)
    {
        _removals.Add(module.register_forward_pre_hook((_, a, b, c) =>
        {
            (a, b, c) = (Viewed(a), Viewed(b), Viewed(c));
            Enter(path, module, a, b, c);
            return (Viewed(a), Viewed(b), Viewed(c));
        }).remove);
        _removals.Add(module.register_forward_hook((_, _, _, _, output) => Leave(path, module, output)).remove);
    }

    private void Attach<T1, T2, T3, T4, TResult>(string path, nn.Module<T1, T2, T3, T4, TResult> module)
    {
        _removals.Add(module.register_forward_pre_hook((_, a, b, c, d) =>
        {
            (a, b, c, d) = (Viewed(a), Viewed(b), Viewed(c), Viewed(d));
            Enter(path, module, a, b, c, d);
            return (Viewed(a), Viewed(b), Viewed(c), Viewed(d));
        }).remove);
        _removals.Add(module.register_forward_hook((_, _, _, _, _, output) => Leave(path, module, output)).remove);
    }

    private void Attach<T1, T2, T3, T4, T5, TResult>(string path, nn.Module<T1, T2, T3, T4, T5, TResult> module)
    {
        _removals.Add(module.register_forward_pre_hook((_, a, b, c, d, e) =>
        {
            (a, b, c, d, e) = (Viewed(a), Viewed(b), Viewed(c), Viewed(d), Viewed(e));
            Enter(path, module, a, b, c, d, e);
            return (Viewed(a), Viewed(b), Viewed(c), Viewed(d), Viewed(e));
        }).remove);
        _removals.Add(module.register_forward_hook((_, _, _, _, _, _, output) => Leave(path, module, output)).remove);
    }

    private void Attach<T1, T2, T3, T4, T5, T6, TResult>(string path, nn.Module<T1, T2, T3, T4, T5, T6, TResult> module)
    {
        _removals.Add(module.register_forward_pre_hook((_, a, b, c, d, e, f) =>
        {
            (a, b, c, d, e, f) = (Viewed(a), Viewed(b), Viewed(c), Viewed(d), Viewed(e), Viewed(f));
            Enter(path, module, a, b, c, d, e, f);
            return (Viewed(a), Viewed(b), Viewed(c), Viewed(d), Viewed(e), Viewed(f));
        }).remove);
        _removals.Add(module.register_forward_hook((_, _, _, _, _, _, _, output) => Leave(path, module, output)).remove);
    }
}
