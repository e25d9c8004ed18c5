using TorchSharp.Modules;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How often the optimizers list each parameter: each listing is an update of its own, by the same gradient.</summary>
internal sealed class GroupListings
{
    private readonly List<(string Name, Parameter Parameter, List<int> Groups)> _listed = [];
    private readonly double[] _rates;

    public GroupListings(IReadOnlyList<optim.Optimizer> optimizers, nn.Module model)
    {
        ParamGroup[] groups = [.. optimizers.SelectMany(optimizer => optimizer.ParamGroups?.OfType<ParamGroup>() ?? [])];
        _rates = [.. groups.Select(group => ((optim.ILearningRateController)group).LearningRate)];
        var names = new Dictionary<Parameter, string>(ReferenceEqualityComparer.Instance);
        foreach ((string name, Parameter parameter) in model.named_parameters()) names.TryAdd(parameter, name);
        var at = new Dictionary<Parameter, int>(ReferenceEqualityComparer.Instance);
        for (int group = 0; group < groups.Length; group++)
        {
            int position = 0;
            foreach (Parameter parameter in groups[group].Parameters)
            {
                if (!at.TryGetValue(parameter, out int index))
                {
                    index = at[parameter] = _listed.Count;
                    _listed.Add((names.GetValueOrDefault(parameter, $"parameter {Numbers.Text(position)} of group {Numbers.Text(group)}"), parameter, []));
                }
                _listed[index].Groups.Add(group);
                position++;
            }
        }
    }

    /// <summary>How often each is listed.</summary>
    public IReadOnlyList<Reading> Readings => [.. _listed.Select(one => new Reading(one.Groups.Count, one.Name))];

    /// <summary>Whether the optimizer was given a parameter.</summary>
    public bool Has(Tensor parameter) => _listed.Any(one => ReferenceEquals(one.Parameter, parameter));

    /// <summary>What lists a parameter twice; null where nothing does.</summary>
    public (Cause Cause, Place Where)? Twice(Setup setup)
    {
        var twice = _listed.Where(one => one.Groups.Count > 1).ToList();
        if (twice.Count == 0) return null;
        int[] groups = [.. twice[0].Groups.Distinct()];
        string where = groups.Length == 1
            ? $"{Numbers.Text(twice[0].Groups.Count)} times in group {Numbers.Text(groups[0])}"
            : $"in groups {Words.List([.. groups.Select(group => Numbers.Text(group))])}, with learning rates {Words.List([.. groups.Select(group => Numbers.Text(_rates[group]))])}";
        string names = Words.List([.. twice.Select(one => $"`{one.Name}`")]);
        MethodLines? lines = setup.OptimizerBuilder is { } build ? MethodLines.Of(build.Method) : null;
        return (
            new($"{names} {(twice.Count == 1 ? "is" : "are")} listed {where}: one gradient updates {(twice.Count == 1 ? "it" : "them")} {Numbers.Text(twice[0].Groups.Count)} times", "list each parameter in one group, once", "TG1012"),
            new(twice[0].Name, lines?.Text(lines.First, lines.Last)));
    }
}
