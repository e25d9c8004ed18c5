using System.Reflection;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>Calls a model by its own <c>call</c>, whatever it takes: tensors one by one, a tuple, an array, a list or a dictionary of them.</summary>
internal static class ForwardCall
{
    /// <exception cref="SetupException">The inputs do not fit what the model takes.</exception>
    public static Tensors Invoke(nn.Module model, Tensors inputs)
    {
        if (model is nn.Module<Tensor, Tensor> simple && inputs.Count == 1) return simple.call(inputs[0]);
        MethodInfo call = CallOf(model.GetType())
            ?? throw Unfit(model, inputs, "a Module<…> with a call method");
        ParameterInfo[] parameters = call.GetParameters();
        object?[] arguments = Arguments(parameters, inputs)
            ?? throw Unfit(model, inputs, $"inputs for call({string.Join(", ", parameters.Select(parameter => TypeName(parameter.ParameterType)))})");
        try
        {
            return Tensors.From(call.Invoke(model, arguments));
        }
        catch (TargetInvocationException failure) when (failure.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    private static MethodInfo? CallOf(Type type)
    {
        for (Type? t = type; t is not null; t = t.BaseType)
        {
            if (t.IsGenericType && t.Namespace == typeof(Tensor).Namespace && t.Name.StartsWith("Module`", StringComparison.Ordinal))
                return t.GetMethod("call", BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);
        }
        return null;
    }

    private static object?[]? Arguments(ParameterInfo[] parameters, Tensors inputs)
    {
        if (parameters.Length == inputs.Count && parameters.All(parameter => parameter.ParameterType == typeof(Tensor))) return [.. inputs];
        if (parameters.Length != 1) return null;
        Type type = parameters[0].ParameterType;
        Tensor[] all = [.. inputs];
        if (type.IsAssignableFrom(typeof(Tensor[]))) return [all];
        if (type.IsAssignableFrom(typeof(List<Tensor>))) return [all.ToList()];
        if (inputs.Names is { } names && type.IsAssignableFrom(typeof(Dictionary<string, Tensor>)))
            return [names.Zip(all).ToDictionary(pair => pair.First, pair => pair.Second)];
        if (type.IsGenericType && typeof(System.Runtime.CompilerServices.ITuple).IsAssignableFrom(type)
            && type.GetGenericArguments() is var items && items.Length == all.Length && items.All(item => item == typeof(Tensor)))
            return [Activator.CreateInstance(type, [.. all])];
        return null;
    }

    private static SetupException Unfit(nn.Module model, Tensors inputs, string expected) => new(
        given: $"{inputs.Count} input tensors {inputs.Shapes} to {model.GetType().Name}",
        expected: expected,
        remedy: "give Batch as many inputs as the model takes, or set Setup.Forward to call it");

    private static string TypeName(Type type) =>
        type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(TypeName))}>" : type.Name;
}
