using System.Runtime.InteropServices;

namespace TorchSharp.Layers;

/// <summary>
/// The numbers of a convolution in one, two or three spatial dimensions. The kernels always see three;
/// leading ones of size one stand in for those that are missing.
/// </summary>
internal sealed class ConvolutionGeometry
{
    ConvolutionGeometry(long[] input, long[] weight, long[] output, long[] stride, long[] padding, long[] dilation, long groups)
    {
        (InputShape, WeightShape, OutputShape) = (input, weight, output);
        Batch = checked((int)input[0]);
        Groups = checked((int)groups);
        GroupInputs = checked((int)weight[1]);
        GroupOutputs = checked((int)(weight[0] / groups));
        Input = Extent.Of(input.AsSpan(2), 1);
        Output = Extent.Of(output.AsSpan(2), 1);
        Kernel = Extent.Of(weight.AsSpan(2), 1);
        Stride = Extent.Of(stride, 1);
        Padding = Extent.Of(padding, 0);
        Dilation = Extent.Of(dilation, 1);
        Padded = new(Input.Depth + (2 * Padding.Depth), Input.Height + (2 * Padding.Height), Input.Width + (2 * Padding.Width));
    }

    public long[] InputShape { get; }

    public long[] WeightShape { get; }

    public long[] OutputShape { get; }

    public int Batch { get; }

    public int Groups { get; }

    /// <summary>Input channels of one group.</summary>
    public int GroupInputs { get; }

    /// <summary>Output channels of one group.</summary>
    public int GroupOutputs { get; }

    public Extent Input { get; }

    /// <summary>The input with its margins.</summary>
    public Extent Padded { get; }

    public Extent Output { get; }

    public Extent Kernel { get; }

    public Extent Stride { get; }

    public Extent Padding { get; }

    public Extent Dilation { get; }

    /// <summary>Input values that one output value of a group is made of.</summary>
    public int Taps => GroupInputs * Kernel.Volume;

    /// <summary>Values of one image of one group, margins included.</summary>
    public int PaddedPixels => GroupInputs * Padded.Volume;

    /// <summary>A kernel of one point, stride one, no padding: the image is its own matrix of taps.</summary>
    public bool IsPointwise => Kernel.Volume == 1 && Stride == new Extent(1, 1, 1) && Padding == default;

    public static ConvolutionGeometry Forward(long[] input, long[] weight, long[] stride, long[] padding, long[] dilation, long groups)
    {
        int spatial = Check(weight, stride, dilation, groups);
        if (weight[0] % groups != 0)
            throw new ExternalException($"The outputs of a weight of {Text(weight)}, dimension 0, do not divide into {groups} groups.");
        if (input[1] != weight[1] * groups)
        {
            throw new ExternalException($"A weight of size {Text(weight)} in {groups} group(s) takes {weight[1] * groups} channels; an input of {Text(input)} has {input[1]} channels.");
        }
        var output = new long[spatial + 2];
        (output[0], output[1]) = (input[0], weight[0]);
        for (int d = 0; d < spatial; d++)
        {
            long room = input[d + 2] + (2 * padding[d]), reach = (dilation[d] * (weight[d + 2] - 1)) + 1;
            if (room < reach)
            {
                throw new ExternalException($"A kernel of ({string.Join(" x ", weight.Skip(2))}) does not fit into ({Product(input, padding)}), the input with its padding.");
            }
            output[d + 2] = ((room - reach) / stride[d]) + 1;
        }
        return new(input, weight, output, stride, padding, dilation, groups);
    }

    /// <summary>
    /// The convolution whose gradient by its input is the transposed convolution asked for: the transposed one's input is its
    /// output, and the other way round.
    /// </summary>
    public static ConvolutionGeometry Transposed(
        long[] input, long[] weight, long[] stride, long[] padding, long[] outputPadding, long[] dilation, long groups)
    {
        int spatial = Check(weight, stride, dilation, groups);
        if (input[1] != weight[0] || weight[0] % groups != 0)
        {
            throw new ExternalException($"A transposed convolution by a weight of size {Text(weight)} takes {weight[0]} channels; an input of {Text(input)} has {input[1]} channels.");
        }
        var output = new long[spatial + 2];
        (output[0], output[1]) = (input[0], weight[1] * groups);
        for (int d = 0; d < spatial; d++)
        {
            if (outputPadding[d] >= Math.Max(stride[d], dilation[d]))
            {
                throw new ExternalException($"An output padding of {Text(outputPadding)} is not below the stride {Text(stride)} or the dilation {Text(dilation)}.");
            }
            output[d + 2] = ((input[d + 2] - 1) * stride[d]) - (2 * padding[d]) + (dilation[d] * (weight[d + 2] - 1)) + outputPadding[d] + 1;
            if (output[d + 2] < 1)
            {
                throw new ExternalException($"Of ({string.Join(" x ", input.Skip(2))}) a transposed convolution would make ({string.Join(" x ", output.Skip(2))}), which is nothing.");
            }
        }
        return new(output, weight, input, stride, padding, dilation, groups);
    }

    static int Check(long[] weight, long[] stride, long[] dilation, long groups)
    {
        int spatial = weight.Length - 2;
        if (groups < 1) throw new ExternalException("There is at least one group.");
        if (stride.Any(s => s < 1)) throw new ExternalException("A stride is at least 1.");
        if (dilation.Any(d => d < 1)) throw new ExternalException("A dilation is at least 1.");
        return spatial;
    }

    static string Product(long[] input, long[] padding) => string.Join(" x ", input.Skip(2).Zip(padding, (size, pad) => size + (2 * pad)));

    static string Text(long[] shape) => "[" + string.Join(", ", shape) + "]";
}
