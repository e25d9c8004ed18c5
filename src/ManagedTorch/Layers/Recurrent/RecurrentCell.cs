using TorchSharp.Modules;
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

    /// <summary>Names and fresh values of the parameters, uniform within ±1/√units.</summary>
    public IEnumerable<(string Name, Parameter Value)> Parameters(long inputs, long units, bool hasBias, Device? device, ScalarType? dtype)
    {
        double bound = units > 0 ? 1 / Math.Sqrt(units) : 0;
        yield return ("weight_ih", Uniform(Gates * units, inputs));
        yield return ("weight_hh", Uniform(Gates * units, units));
        if (!hasBias) yield break;
        yield return ("bias_ih", Uniform(Gates * units));
        yield return ("bias_hh", Uniform(Gates * units));

        Parameter Uniform(params long[] shape)
        {
            var parameter = nn.Parameter(empty(shape, dtype: dtype, device: device));
            nn.init.uniform_(parameter, -bound, bound);
            return parameter;
        }
    }

    /// <summary>The state after <paramref name="state"/>, of which null is zeros.</summary>
    public Tensor[] Step(Func<string, Tensor?> parameter, Tensor input, params Tensor?[] state)
    {
        Tensor weight = parameter("weight_hh")!;
        Tensor[] last = [.. state.Select(s => s ?? zeros([.. input.shape[..^1], weight.shape[1]], dtype: input.dtype, device: input.device))];
        Tensor fromInput = nn.functional.linear(input, parameter("weight_ih")!, parameter("bias_ih"));
        return Next(fromInput, nn.functional.linear(last[0], weight, parameter("bias_hh")), last);
    }
}
