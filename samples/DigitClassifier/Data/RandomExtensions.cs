namespace DigitClassifier.Data;

/// <summary>Draws from distributions.</summary>
internal static class RandomExtensions
{
    /// <summary>Uniform from <paramref name="lowest"/> to <paramref name="highest"/>.</summary>
    public static double Between(this Random random, double lowest, double highest) => lowest + ((highest - lowest) * random.NextDouble());

    /// <summary>Normal with mean 0 and variance 1, by Box and Muller.</summary>
    public static double Normal(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
