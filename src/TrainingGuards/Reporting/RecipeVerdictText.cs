using System.Globalization;
using System.Text;

namespace TrainingGuards.Reporting;

/// <summary>The verdicts on a recipe as text: a line that counts them, those that fail in full, what was not measured and why, and the cost.</summary>
internal static class RecipeVerdictText
{
    public static string Of(RecipeVerdict recipe)
    {
        var text = new StringBuilder().Append(Summary(recipe));
        foreach (Verdict failure in recipe.Failures) text.Append("\n\n").Append(failure);
        string[] notMeasured =
        [
            .. recipe.Where(verdict => verdict.Outcome == Outcome.NotApplicable).Select(verdict => $"  {verdict.Check}: {verdict.Reason}"),
            .. recipe.Excused.Select(excuse => $"  {excuse.Key}: excused, {excuse.Value}"),
        ];
        if (notMeasured.Length > 0) text.Append("\n\nNot measured\n").AppendJoin('\n', notMeasured);
        return text.ToString();
    }

    private static string Summary(RecipeVerdict recipe)
    {
        var parts = new List<string>();
        foreach ((Outcome outcome, string word) in new[] { (Outcome.Holds, "hold"), (Outcome.Broken, "broken"), (Outcome.Inconclusive, "inconclusive"), (Outcome.Crashed, "not run to the end"), (Outcome.NotApplicable, "not applicable") })
        {
            int count = recipe.Count(verdict => verdict.Outcome == outcome);
            if (count > 0) parts.Add($"{Numbers.Text(count)} {word}");
        }
        if (recipe.Excused.Count > 0) parts.Add($"{Numbers.Text(recipe.Excused.Count)} excused");
        return string.Create(CultureInfo.InvariantCulture, $"{Numbers.Text(recipe.Count)} checks: {string.Join(", ", parts)}; {recipe.Cost}, {recipe.Cost.StepEquivalents:0.#} training-step equivalents");
    }
}
