namespace TrainingGuards.Monitoring;

/// <summary>What one module, or an activation that is called as a function of what one returns, took and returned in one step.</summary>
/// <param name="Path">Its path; of a function the call: <c>relu(hidden)</c>.</param>
/// <param name="Kind">Its type's name; of a function that of the module which does the same.</param>
/// <param name="Mean">The mean of what it returned.</param>
/// <param name="Std">The standard deviation of what it returned.</param>
/// <param name="InputsBeyondFive">The share of what it took that lies outside −5 to 5.</param>
/// <param name="Zeros">The share of what it returned that is exactly 0.</param>
/// <param name="InputsAreFinite">Whether all that it took is finite.</param>
/// <param name="OutputsAreFinite">Whether all that it returned is finite.</param>
public sealed record ActivationSample(
    string Path, string Kind, double Mean, double Std, double InputsBeyondFive, double Zeros, bool InputsAreFinite, bool OutputsAreFinite);
