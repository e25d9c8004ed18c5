using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>A model that was saved, and another that was loaded from it.</summary>
/// <param name="Saved">The one that was saved.</param>
/// <param name="Loaded">The other.</param>
/// <param name="NamesAtStart">The names in the state of the first as it was built.</param>
/// <param name="Begins">What a new model begins with.</param>
/// <param name="IsOwn">Whether the user's own delegates save or load.</param>
internal sealed record RoundTrip(Trial Saved, Trial Loaded, IReadOnlyList<string> NamesAtStart, FreshState Begins, bool IsOwn)
{
    private readonly IReadOnlyDictionary<string, Tensor> _saved = ModelState.Of(Saved.Model), _loaded = ModelState.Of(Loaded.Model);

    public IEnumerable<Reading> Names() =>
        _saved.Keys.Union(_loaded.Keys, StringComparer.Ordinal).Select(name => new Reading(_saved.ContainsKey(name) && _loaded.ContainsKey(name) ? 1 : 0, name));

    public IEnumerable<Reading> Differences() =>
        _saved.Where(one => _loaded.ContainsKey(one.Key)).Select(one => new Reading(ModelState.Distance(one.Value, _loaded[one.Key]), one.Key));

    public IEnumerable<Reading> Ties() => ModelState.Tied(_saved)
        .Where(names => names.All(_loaded.ContainsKey))
        .Select(names => new Reading(IsTied(names) ? 1 : 0, string.Join(" = ", names)));

    /// <summary>Why names or numbers differ, or ties are lost.</summary>
    public IEnumerable<(Cause, Place?)> Causes()
    {
        string[] lost = [.. _saved.Keys.Where(name => !_loaded.ContainsKey(name))], built = [.. lost.Except(NamesAtStart)], added = [.. _loaded.Keys.Where(name => !_saved.ContainsKey(name))];
        if (built.Length > 0)
            yield return (new($"{Named(built)} {Is(built)} saved, and a new model has no place for {It(built)}: built by a forward pass, after the constructor", "build it in the constructor and call RegisterComponents() there", "TG3006"), Owner(Saved.Model, built[0]));
        else if (lost.Length > 0 || added.Length > 0)
            yield return (new($"{(lost.Length == 0 ? "" : $"{Named(lost)} {Is(lost)} saved, and the loaded model has no place for {It(lost)}")}{(lost.Length > 0 && added.Length > 0 ? "; " : "")}{(added.Length == 0 ? "" : $"{Named(added)} {Is(added)} in the loaded model, and not in the saved one")}: names change from build to build", "give modules and parameters fixed names, in a fixed order", "TG7002"), Owner(Loaded.Model, added.Append(lost.FirstOrDefault("")).First()));

        string[] differ = [.. Differences().Where(reading => reading.Value != 0).Select(reading => reading.Culprit)];
        string[] types = [.. differ.Where(name => _saved[name].dtype != _loaded[name].dtype)];
        if (types.Length > 0)
            yield return (new($"{Named(types)} {Is(types)} {_saved[types[0]].dtype} in the saved model and {_loaded[types[0]].dtype} in the loaded one", "load into a model of the same type, or store the type beside the weights"), Owner(Loaded.Model, types[0]));
        string[] shapes = [.. differ.Except(types).Where(name => !_saved[name].shape.AsSpan().SequenceEqual(_loaded[name].shape))];
        if (shapes.Length > 0)
            yield return (new($"{Named(shapes)} {Is(shapes)} of shape {ShapeText.Of(_saved[shapes[0]])} in the saved model and {ShapeText.Of(_loaded[shapes[0]])} in the loaded one", "store beside the weights what sizes depend on"), Owner(Loaded.Model, shapes[0]));
        differ = [.. differ.Except(types).Except(shapes)];
        IReadOnlySet<string> transient = ModelState.Transient(Saved.Model);
        string[] unsaved = [.. differ.Where(transient.Contains)];
        if (unsaved.Length > 0)
            yield return (new($"buffer {Named(unsaved)} changes in training and is registered with persistent: false: it is not saved", "leave out persistent: false"), Owner(Saved.Model, unsaved[0]));
        differ = [.. differ.Except(unsaved)];
        string[] left = [.. differ.Where(name => Begins.Is(name, _loaded[name]))];
        if (left.Length > 0)
            yield return (new($"{Named(left)} {(left.Length == 1 ? "is" : "are")} what a new model begins with: {(IsOwn ? "save or load passes " : "the override of save, load or state_dict passes ")}{It(left)} by", "save and load the whole state_dict, and look at what load leaves out (loadedParameters, or the missing keys of load_state_dict)", "TG7002"), Owner(Loaded.Model, left[0]));
        differ = [.. differ.Except(left)];
        if (differ.Length > 0)
            yield return (new($"{Named(differ)} {(differ.Length == 1 ? "has" : "have")} other numbers than were saved, and not those of a new model either", "save the model as it is, without conversion, and change nothing after loading; a copy that was kept by reference goes on with training", "TG7001"), Owner(Loaded.Model, differ[0]));
        foreach (string[] names in ModelState.Tied(_saved).Where(names => names.All(_loaded.ContainsKey) && !IsTied(names)))
            yield return (new($"{Words.List([.. names.Select(name => $"`{name}`")])} are one tensor in the saved model and {Numbers.Text(names.Length)} in the loaded one: the next training step parts them", "tie them in the constructor, and load by load_state_dict or load, which copy into the tensors that are there"), Owner(Loaded.Model, names[^1]));
    }

    /// <summary>What fields hold, torch does not save, and the loaded model has otherwise.</summary>
    public IEnumerable<(Cause Cause, Place? Where)> Forgotten()
    {
        var there = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (HeldComponent held in PlainFields.Tensors(Loaded.Model)) there.TryAdd(held.Path, (Tensor)held.Value);
        foreach (HeldComponent held in PlainFields.Tensors(Saved.Model))
        {
            if (there.TryGetValue(held.Path, out Tensor? other) && ModelState.Distance((Tensor)held.Value, other) == 0) continue;
            // The result of the last pass, with its graph, is no state.
            if (held.Value is Tensor { requires_grad: true, is_leaf: false }) continue;
            (string why, string remedy, string? rule) = Reason(held);
            string? source = held.Field is null ? null : MethodLines.Assignment(held.Field) ?? (MethodLines.Forward(held.Owner) is { } lines ? lines.Text(lines.First, lines.Last) : null);
            yield return (new($"field `{held.Path}` is not saved: {why}", remedy, rule), new(held.FieldPath, source));
        }
        var numbers = PlainFields.Numbers(Loaded.Model).GroupBy(one => one.Path).ToDictionary(group => group.Key, group => group.First().Value, StringComparer.Ordinal);
        foreach ((string path, string ownerPath, nn.Module owner, _, object value) in PlainFields.Numbers(Saved.Model))
        {
            if (!numbers.TryGetValue(path, out object? other) || value.Equals(other)) continue;
            string source = MethodLines.Forward(owner) is { } lines ? lines.Text(lines.First, lines.Last) : "";
            yield return (
                new($"field `{path}` ({value.GetType().Name}) is {Text(value)} in the saved model and {Text(other)} in the loaded one: a number in a field is not saved", "keep it in a tensor that is registered: register_buffer, updated in place"),
                new(ownerPath, source.Length == 0 ? null : source));
        }
    }

    /// <summary>The first module whose output differs though what goes into it is equal.</summary>
    public (Cause, Place?) Located(Batch batch)
    {
        using IDisposable outer = Saved.Scope();
        using IDisposable inner = Loaded.Scope();
        using IDisposable grad = no_grad();
        IReadOnlyList<TraceEvent> first = Trace(Saved, batch), second = Trace(Loaded, batch);
        Culprit? culprit = first.Count != second.Count ? null : Culprit.In(Saved.Model, first, i =>
            first[i].Tensors.Count == 0 ? null : !TensorBits.AllSame(first[i].Tensors, second[i].Tensors));
        return (
            new($"`{culprit?.Path ?? Saved.Model.GetType().Name}` gives other outputs for equal inputs, with equal parameters and buffers: it keeps something that is not saved", "keep what training changes in parameters and registered buffers"),
            culprit?.Place() ?? new(Saved.Model.GetType().Name));
    }

    private static IReadOnlyList<TraceEvent> Trace(Trial trial, Batch batch)
    {
        using IDisposable mode = trial.Evaluating();
        manual_seed(trial.Setup.Seed);
        return ModuleTrace.Copied(trial.Model, () => trial.Forward(batch.Inputs));
    }

    private static (string Why, string Remedy, string? Rule) Reason(HeldComponent held)
    {
        string field = held.FieldPath[(held.FieldPath.LastIndexOf('.') + 1)..];
        if (held.Owner.has_buffer(field) && ReferenceEquals(held.Owner.get_buffer(field), held.Value)) return ("it changes in training and is registered with persistent: false", "leave out persistent: false", null);
        if (held.InCollection) return ("RegisterComponents() does not look into collections and tuples", "hold it in a field of its own, or register_buffer it by name", "TG3001");
        if (held.Owner.named_buffers(recurse: false).Any(own => own.name == field))
            return ("it was replaced after it was registered, and what is saved is the tensor that it had at first", $"update it in place: {field}.copy_(…)", "TG3003");
        return ("a plain Tensor that was assigned after RegisterComponents(), which registers what it finds, once", "assign it before RegisterComponents() and update it in place, or register_buffer it; what is to be trained is a Parameter", "TG3003, TG3004");
    }

    private bool IsTied(string[] names) => names.All(name => ReferenceEquals(_loaded[name], _loaded[names[0]]));

    private static Place Owner(nn.Module model, string name)
    {
        string path = name.LastIndexOf('.') is >= 0 and var dot ? name[..dot] : "";
        nn.Module? owner = path.Length == 0 ? model : ModelTensors.Modules(model).Where(part => part.Path == path).Select(part => part.Module).FirstOrDefault();
        return new(name, owner is not null && MethodLines.Constructor(owner) is { } lines && !ModuleKind.IsTorch(owner) ? lines.Text(lines.First, lines.Last) : null);
    }

    private static string Named(string[] names) => Words.List([.. names.Select(name => $"`{name}`")]);

    private static string Is(string[] names) => names.Length == 1 ? "is" : "are";

    private static string It(string[] names) => names.Length == 1 ? "it" : "them";

    private static string Text(object value) => value is bool or char ? $"{value}" : Numbers.Text(Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture));
}
