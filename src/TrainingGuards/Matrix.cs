namespace TrainingGuards;

/// <summary>A quantity of pairs, for the eye: what of each row is due to each column.</summary>
/// <param name="Quantity">What is drawn: <c>gradient</c>.</param>
/// <param name="Rows">What the rows are: <c>output of example</c>.</param>
/// <param name="Columns">What the columns are: <c>input of example</c>.</param>
/// <param name="Values">The values, a row after the other, all of the same length.</param>
public sealed record Matrix(string Quantity, string Rows, string Columns, IReadOnlyList<IReadOnlyList<double>> Values)
{
    /// <summary>What each row is called, in a few characters; null where they are counted from 0.</summary>
    public IReadOnlyList<string>? RowNames { get; init; }

    /// <summary>What each column is called, in a few characters; null where they are counted from 0.</summary>
    public IReadOnlyList<string>? ColumnNames { get; init; }
}
