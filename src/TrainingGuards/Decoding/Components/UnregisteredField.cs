using System.Reflection;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>A field, or one of torch's collections, that leads to what torch does not know of.</summary>
/// <param name="Held">What it leads to, in order; not empty.</param>
/// <param name="Members">What is to be trained, kept or switched among it and below it, by name.</param>
internal sealed record UnregisteredField(IReadOnlyList<HeldComponent> Held, IReadOnlyList<string> Members)
{
    private HeldComponent First => Held[0];

    /// <summary>Why it is not registered.</summary>
    /// <param name="builtInForward">Whether it was built by a forward pass.</param>
    /// <param name="optimized">How many of its parameters the optimizer was given all the same.</param>
    public Cause Explain(bool builtInForward, int optimized)
    {
        string evenSo = optimized == 0 ? "" : $"; the optimizer was given {Numbers.Text(optimized)} of them, and state_dict(), to() and eval() still pass them by";
        (string why, string remedy, string? rule) = Reason(builtInForward);
        return new($"{Subject}: {why}{evenSo}", remedy, rule);
    }

    /// <summary>The line that assigns the field, else its owner's constructor; of what is built in forward, the forward.</summary>
    public Place Where(bool builtInForward)
    {
        string? source = builtInForward ? Lines(MethodLines.Forward(First.Owner))
            : First.Field is null ? null : MethodLines.Assignment(First.Field) ?? Lines(MethodLines.Constructor(First.Owner));
        return new(First.FieldPath, source);
    }

    private string Subject
    {
        get
        {
            Tensor[] parameters = [.. Held.SelectMany(held => held.Tensors).Distinct(ReferenceEqualityComparer.Instance).Cast<Tensor>()];
            int modules = Held.Count(held => held.Value is nn.Module);
            string type = TypeText.Of(First.InCollection && First.Inside is { } inside ? inside : First.Field?.FieldType ?? First.Value.GetType());
            string count = modules > 1 ? $", {Numbers.Text(modules)} modules" : Held.Count > 1 ? $", {Numbers.Text(Held.Count)} tensors" : "";
            long numbers = parameters.Sum(parameter => parameter.numel());
            return $"field `{First.FieldPath}` ({type}{count}{(numbers == 0 ? "" : $", {Numbers.Text(numbers)} {(numbers == 1 ? "weight" : "weights")}")}) is not registered";
        }
    }

    private (string Why, string Remedy, string? Rule) Reason(bool builtInForward)
    {
        nn.Module owner = First.Owner;
        string name = owner.GetType().Name;
        if (builtInForward)
            return ("it was built in forward, after RegisterComponents() and after the optimizer", "build it in the constructor, and call RegisterComponents() after it is assigned", "TG3006");
        if (First.Field is null)
            return ($"it was added to the {TypeText.Of(owner.GetType())} after that was registered", "fill it before RegisterComponents() is called on its owner", "TG3003");
        if (First.InCollection)
            return ("RegisterComponents() does not look into collections and tuples", First.Value is nn.Module ? "hold them in ModuleList, ModuleDict or Sequential, or each in a field of its own" : "hold them in ParameterList or ParameterDict, or each in a field of its own", "TG3001");
        if (First.Inside is { } inside)
            return ($"RegisterComponents() does not look into a {TypeText.Of(inside)}, which is no module", $"derive {TypeText.Of(inside)} from Module and let it register its components, or hold them in fields of {name}", null);
        if (First.Value is Tensor and not TorchSharp.Modules.Parameter)
            return ("a plain Tensor is at most a buffer, though it requires a gradient: no optimizer gets it", $"make it a Parameter: new Parameter(…) in a field of type Parameter", "TG3004");
        if (HidesAnother(owner, First.Field))
            return ($"a field of {owner.GetType().Name} hides it, and of two fields of one name the derived one is registered", "rename one of the two fields", "TG3005");
        if (!owner.named_children().Any() && !owner.named_parameters(recurse: false).Any() && !owner.named_buffers(recurse: false).Any())
            return ($"{name} registers nothing", $"call RegisterComponents() at the end of the constructor of {name}", "TG3002");
        string was = owner.named_children().Any(child => child.name == First.Field.Name) || owner.named_parameters(recurse: false).Any(own => own.name == First.Field.Name) ? "replaced" : "assigned";
        return ($"it was {was} after {name} had registered its components, which it does once", $"assign it before RegisterComponents() is called, also where a base class calls it", "TG3003");
    }

    private static string? Lines(MethodLines? lines) => lines?.Text(lines.First, lines.Last);

    private static bool HidesAnother(nn.Module owner, FieldInfo field)
    {
        for (Type? t = owner.GetType(); t is not null && t != field.DeclaringType; t = t.BaseType)
            if (t.GetField(field.Name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) is not null) return true;
        return false;
    }
}
