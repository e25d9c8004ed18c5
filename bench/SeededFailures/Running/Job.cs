namespace SeededFailures.Running;

/// <summary>One part of one pair, to be measured.</summary>
/// <param name="Program">The program.</param>
/// <param name="Failure">The failure, or the clean twin.</param>
/// <param name="Part">Which part.</param>
/// <param name="Runs">How many runs.</param>
internal sealed record Job(string Program, string Failure, string Part, int Runs)
{
    /// <summary>As a worker is given it.</summary>
    public string Line => $"{Program}\t{Failure}\t{Part}\t{Runs.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    /// <summary>As a worker reads it.</summary>
    public static Job Read(string line)
    {
        string[] parts = line.Split('\t');
        return new(parts[0], parts[1], parts[2], int.Parse(parts[3], System.Globalization.CultureInfo.InvariantCulture));
    }

    public override string ToString() => $"{Program} × {Failure}, {Part}";
}
