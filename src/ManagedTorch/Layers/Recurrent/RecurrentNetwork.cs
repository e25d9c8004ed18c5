using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils.rnn;

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
        CheckInput(input, dimensions: 3);
        Tensor steps = BatchFirst ? input.transpose(0, 1) : input;
        long length = steps.shape[0], batch = steps.shape[1];
        long[] batchSizes = [.. Enumerable.Repeat(batch, (int)length)];
        var (rows, final) = Run(parameter, steps.reshape(length * batch, InputSize), batchSizes, initial, training);
        Tensor output = rows.reshape(length, batch, -1);
        return (BatchFirst ? output.transpose(0, 1) : output, final);
    }

    /// <summary>The same of packed sequences; states come and go in the order that the sequences had before.</summary>
    public (PackedSequence Output, Tensor[] Final) Run(Func<string, Tensor?> parameter, PackedSequence input, Tensor?[] initial, bool training)
    {
        Tensor[] results = Op.Composed(() =>
        {
            CheckInput(input.data, dimensions: 2);
            Tensor?[] sorted = Array.ConvertAll(initial, state => state is null ? null : Permuted(state, input.sorted_indices));
            var (output, final) = Run(parameter, input.data, input.BatchSizes, sorted, training);
            return (Tensor[])[output, .. final.Select(state => Permuted(state, input.unsorted_indices))];
        });
        return (input.With(results[0]), results[1..]);

        static Tensor Permuted(Tensor state, Tensor order) => order.IsInvalid ? state : state.index_select(1, order);
    }

    /// <param name="rows">Step after step the sequences that have it, [elements, features].</param>
    /// <param name="batchSizes">How many those are; they do not grow.</param>
    (Tensor Output, Tensor[] Final) Run(Func<string, Tensor?> parameter, Tensor rows, long[] batchSizes, Tensor?[] initial, bool training)
    {
        if (batchSizes.Length == 0) throw new ExternalException("A sequence has one step at least.");
        long batch = batchSizes[0], lines = NumLayers * Directions;
        Tensor[] start = [.. initial.Select(state => state ?? zeros(lines, batch, HiddenSize, dtype: rows.dtype, device: rows.device))];
        foreach (Tensor state in start) CheckState(state, lines, batch);
        var final = start.Select(_ => new List<Tensor>()).ToArray();
        for (int layer = 0; layer < NumLayers; layer++)
        {
            var outputs = new List<Tensor>();
            for (int direction = 0; direction < Directions; direction++)
            {
                int line = (layer * Directions) + direction;
                Tensor[] state = [.. start.Select(s => s.select(0, line))];
                outputs.Add(Scan(parameter, Suffix(layer, direction), rows, batchSizes, ref state, backwards: direction == 1));
                for (int s = 0; s < state.Length; s++) final[s].Add(state[s]);
            }
            rows = outputs.Count == 1 ? outputs[0] : cat(outputs, -1);
            if (Dropout > 0 && layer < NumLayers - 1) rows = RandomMask.Dropout(rows, Dropout, training, inplace: false);
        }
        return (rows, [.. final.Select(states => stack(states, 0))]);
    }

    Tensor Scan(Func<string, Tensor?> parameter, string suffix, Tensor rows, long[] batchSizes, ref Tensor[] state, bool backwards)
    {
        // What the inputs give to the gates does not depend on the state: one matrix product for all steps.
        Tensor[] fromInputs = nn.functional.linear(rows, parameter("weight_ih" + suffix)!, parameter("bias_ih" + suffix)).split(batchSizes, 0);
        Tensor weight = parameter("weight_hh" + suffix)!;
        Tensor? bias = parameter("bias_hh" + suffix);
        int length = batchSizes.Length;
        var outputs = new Tensor[length];
        var states = new SequenceStates(state, backwards ? batchSizes[^1] : batchSizes[0]);
        for (int i = 0; i < length; i++)
        {
            int step = backwards ? length - 1 - i : i;
            Tensor[] last = states.Of(batchSizes[step]);
            states.Current = Cell.Next(fromInputs[step], nn.functional.linear(last[0], weight, bias), last);
            outputs[step] = states.Current[0];
        }
        state = states.Final();
        return cat(outputs, 0);
    }

    void CheckInput(Tensor input, int dimensions)
    {
        if (input.dim() != dimensions) throw new ExternalException($"input must have {dimensions} dimensions, got {input.dim()}");
        if (input.shape[^1] != InputSize)
            throw new ExternalException($"input.size(-1) must be equal to input_size. Expected {InputSize}, got {input.shape[^1]}");
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
