using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>A stack of recurrent layers, one or two directions each. Its parameters are those of the module that uses it, by name.</summary>
internal sealed record RecurrentNetwork(
    RecurrentCell Cell, long InputSize, long HiddenSize, long NumLayers, bool HasBias, bool BatchFirst, double Dropout, bool Bidirectional)
{
    int Directions => Bidirectional ? 2 : 1;

    /// <summary>Names and fresh values of the parameters, layer by layer.</summary>
    public IEnumerable<(string Name, Parameter Value)> Parameters(Device? device, ScalarType? dtype)
    {
        for (int layer = 0; layer < NumLayers; layer++)
        {
            for (int direction = 0; direction < Directions; direction++)
            {
                long inputs = layer == 0 ? InputSize : HiddenSize * Directions;
                foreach (var (name, value) in Cell.Parameters(inputs, HiddenSize, HasBias, device, dtype))
                {
                    yield return (name + Suffix(layer, direction), value);
                }
            }
        }
    }

    /// <summary>Outputs of the last layer at every step, and every layer's and direction's last state.</summary>
    /// <param name="initial">States of all layers and directions, [layers · directions, batch, units]; null for zeros.</param>
    public (Tensor Output, Tensor[] Final) Run(Func<string, Tensor?> parameter, Tensor input, Tensor?[] initial, bool training)
    {
        CheckInput(input);
        Tensor steps = BatchFirst ? input.transpose(0, 1) : input;
        long batch = steps.shape[1], lines = NumLayers * Directions;
        Tensor[] start = [.. initial.Select(state => state ?? zeros(lines, batch, HiddenSize, dtype: input.dtype, device: input.device))];
        foreach (Tensor state in start) CheckState(state, lines, batch);
        var final = start.Select(_ => new List<Tensor>()).ToArray();
        for (int layer = 0; layer < NumLayers; layer++)
        {
            var outputs = new List<Tensor>();
            for (int direction = 0; direction < Directions; direction++)
            {
                int line = (layer * Directions) + direction;
                Tensor[] state = [.. start.Select(s => s.select(0, line))];
                outputs.Add(Scan(parameter, Suffix(layer, direction), steps, ref state, backwards: direction == 1));
                for (int s = 0; s < state.Length; s++) final[s].Add(state[s]);
            }
            steps = outputs.Count == 1 ? outputs[0] : cat(outputs, -1);
            if (Dropout > 0 && layer < NumLayers - 1) steps = RandomMask.Dropout(steps, Dropout, training, inplace: false);
        }
        return (BatchFirst ? steps.transpose(0, 1) : steps, [.. final.Select(states => stack(states, 0))]);
    }

    Tensor Scan(Func<string, Tensor?> parameter, string suffix, Tensor steps, ref Tensor[] state, bool backwards)
    {
        // What the inputs give to the gates does not depend on the state: one matrix product for all steps.
        Tensor fromInputs = nn.functional.linear(steps, parameter("weight_ih" + suffix)!, parameter("bias_ih" + suffix));
        Tensor weight = parameter("weight_hh" + suffix)!;
        Tensor? bias = parameter("bias_hh" + suffix);
        int length = (int)steps.shape[0];
        var outputs = new Tensor[length];
        for (int i = 0; i < length; i++)
        {
            int step = backwards ? length - 1 - i : i;
            state = Cell.Next(fromInputs.select(0, step), nn.functional.linear(state[0], weight, bias), state);
            outputs[step] = state[0];
        }
        return stack(outputs, 0);
    }

    void CheckInput(Tensor input)
    {
        if (input.dim() != 3) throw new ExternalException($"input must have 3 dimensions, got {input.dim()}");
        if (input.shape[2] != InputSize)
            throw new ExternalException($"input.size(-1) must be equal to input_size. Expected {InputSize}, got {input.shape[2]}");
    }

    void CheckState(Tensor state, long lines, long batch)
    {
        if (!state.shape.AsSpan().SequenceEqual([lines, batch, HiddenSize]))
        {
            throw new ExternalException($"Expected hidden size [{lines}, {batch}, {HiddenSize}], got [{string.Join(", ", state.shape)}]");
        }
    }

    static string Suffix(int layer, int direction) => $"_l{layer}{(direction == 1 ? "_reverse" : "")}";
}
