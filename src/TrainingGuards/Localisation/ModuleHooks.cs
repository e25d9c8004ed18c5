using System.Reflection;
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

    /// <param name="model">The model.</param>
    /// <param name="entered">Given the path, the module and what it takes.</param>
    /// <param name="left">Given the path, the module and what it returns.</param>
    public ModuleHooks(nn.Module model, Action<string, nn.Module, Tensors> entered, Action<string, nn.Module, Tensors> left)
    {
        (_entered, _left) = (entered, left);
        foreach ((string path, nn.Module module) in ModelTensors.Modules(model))
        {
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

    private void Enter(string path, nn.Module module, params object?[] inputs) => _entered(path, module, Tensors.Among(inputs));

    private TResult Leave<TResult>(string path, nn.Module module, TResult output)
    {
        _left(path, module, Tensors.Among(output));
        return output;
    }

    private void Attach<T, TResult>(string path, nn.Module<T, TResult> module)
    {
        _removals.Add(module.register_forward_pre_hook((_, a) =>
        {
            Enter(path, module, a);
            return a;
        }).remove);
        _removals.Add(module.register_forward_hook((_, _, output) => Leave(path, module, output)).remove);
    }

    private void Attach<T1, T2, TResult>(string path, nn.Module<T1, T2, TResult> module)
    {
        _removals.Add(module.register_forward_pre_hook((_, a, b) =>
        {
            Enter(path, module, a, b);
            return null;
        }).remove);
        _removals.Add(module.register_forward_hook((_, _, _, output) => Leave(path, module, output)).remove);
    }

    private void Attach<T1, T2, T3, TResult>(string path, nn.Module<T1, T2, T3, TResult> module)
    {
        _removals.Add(module.register_forward_pre_hook((_, a, b, c) =>
        {
            Enter(path, module, a, b, c);
            return null;
        }).remove);
        _removals.Add(module.register_forward_hook((_, _, _, _, output) => Leave(path, module, output)).remove);
    }

    private void Attach<T1, T2, T3, T4, TResult>(string path, nn.Module<T1, T2, T3, T4, TResult> module)
    {
        _removals.Add(module.register_forward_pre_hook((_, a, b, c, d) =>
        {
            Enter(path, module, a, b, c, d);
            return null;
        }).remove);
        _removals.Add(module.register_forward_hook((_, _, _, _, _, output) => Leave(path, module, output)).remove);
    }

    private void Attach<T1, T2, T3, T4, T5, TResult>(string path, nn.Module<T1, T2, T3, T4, T5, TResult> module)
    {
        _removals.Add(module.register_forward_pre_hook((_, a, b, c, d, e) =>
        {
            Enter(path, module, a, b, c, d, e);
            return null;
        }).remove);
        _removals.Add(module.register_forward_hook((_, _, _, _, _, _, output) => Leave(path, module, output)).remove);
    }

    private void Attach<T1, T2, T3, T4, T5, T6, TResult>(string path, nn.Module<T1, T2, T3, T4, T5, T6, TResult> module)
    {
        _removals.Add(module.register_forward_pre_hook((_, a, b, c, d, e, f) =>
        {
            Enter(path, module, a, b, c, d, e, f);
            return null;
        }).remove);
        _removals.Add(module.register_forward_hook((_, _, _, _, _, _, _, output) => Leave(path, module, output)).remove);
    }
}
