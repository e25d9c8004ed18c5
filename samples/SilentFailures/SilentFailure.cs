using DigitClassifier;
using DigitClassifier.Data;
using TrainingGuards;

namespace SilentFailures;

/// <summary>The program with one failure planted in it, which it runs with as if nothing were wrong.</summary>
internal abstract class SilentFailure
{
    /// <summary>The failure, named after the rule that finds it.</summary>
    public string Name => GetType().Name;

    /// <summary>The id of that rule.</summary>
    public abstract string Rule { get; }

    /// <summary>Trains, and returns the accuracy that the program reports.</summary>
    /// <param name="training">What is trained on.</param>
    /// <param name="heldOut">What is evaluated on.</param>
    /// <param name="epochs">How often training goes through the data.</param>
    /// <param name="finished">Called after each epoch with its number and its mean loss.</param>
    public abstract double Train(Digits training, Digits heldOut, int epochs, Action<int, double> finished);

    /// <summary>The setup of the sound program with what is planted in this one.</summary>
    public abstract Setup Plant(Setup sound, Digits heldOut);
}
