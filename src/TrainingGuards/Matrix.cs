namespace TrainingGuards;

/// <summary>A quantity of pairs, for the eye: what of each row is due to each column.</summary>
/// <param name="Quantity">What is drawn: <c>gradient</c>.</param>
/// <param name="Rows">What the rows are: <c>output of example</c>.</param>
/// <param name="Columns">What the columns are: <c>input of example</c>.</param>
/// <param name="Values">The values, a row after the other, all of the same length; rows and columns are counted from 0.</param>
public sealed record Matrix(string Quantity, string Rows, string Columns, IReadOnlyList<IReadOnlyList<double>> Values);
