using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>Parameters that share a fate, under the shortest names that cover them and no others.</summary>
/// <param name="Members">The parameters.</param>
/// <param name="Names">A module where all its trainable parameters are members, else the parameter.</param>
/// <param name="Share">Which part of all trainable numbers they are, from 0 to 1.</param>
internal sealed record ParameterGroup(IReadOnlyList<ParameterProgress> Members, IReadOnlyList<string> Names, double Share)
{
    /// <param name="members">The parameters.</param>
    /// <param name="all">All trainable parameters of the model.</param>
    /// <param name="model">The model's own name.</param>
    public static ParameterGroup Of(IReadOnlyList<ParameterProgress> members, IReadOnlyList<ParameterProgress> all, string model) => new(
        members,
        CoveringNames.Of([.. members.Select(member => member.Name)], [.. all.Select(member => member.Name)], model),
        members.Sum(member => (double)member.Parameter.numel()) / all.Sum(member => (double)member.Parameter.numel()));

    /// <summary>The names in words: <c>`encoder` and `head.bias`</c>.</summary>
    public string Subject => Words.List([.. Names.Select(name => $"`{name}`")]);

    /// <summary>Names and extent in words: <c>`encoder` (12 tensors, 98.7 % of weights)</c>.</summary>
    public override string ToString() =>
        $"{Subject} ({Numbers.Text(Members.Count)} {(Members.Count == 1 ? "tensor" : "tensors")}, {Numbers.Text(100 * Share)} % of weights)";
}
