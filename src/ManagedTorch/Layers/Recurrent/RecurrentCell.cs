using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>One step of a recurrent network: how its gates make the next state of the last one.</summary>
internal abstract class RecurrentCell
{
    /// <summary>Rows of the weights for each unit.</summary>
    public abstract int Gates { get; }

    /// <param name="fromInput">What the input gives to the gates, [batch, gates · units].</param>
    /// <param name="fromHidden">What the last hidden state gives to them.</param>
    /// <param name="state">The last state: hidden, and for an LSTM its cell.</param>
    public abstract Tensor[] Next(Tensor fromInput, Tensor fromHidden, Tensor[] state);
}
