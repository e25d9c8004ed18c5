using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;
using Style = TorchSharp.TensorStringStyle;

namespace ManagedTorch.Tests.Tensors;

public class TextTests
{
    private static string Text(Tensor t, Style style) => t.ToString(style, cultureInfo: CultureInfo.InvariantCulture, newLine: "\n");

    [Fact]
    public void A_tensor_says_what_it_is()
    {
        Assert.Equal("[2x3], type = Float32, device = cpu", zeros(2, 3).ToString());
        Assert.Equal("[], type = Int64, device = cpu", tensor(5L).ToString());
    }

    [Fact]
    public void Elements_are_printed_in_rows()
    {
        Tensor x = tensor(new[,] { { 1f, 2.5f }, { -3f, 1f / 3 } });
        Assert.Equal("[[1, 2.5],\n [-3, 0.33333]]", Text(x, Style.Numpy).Replace("] [", "]\n ["));
        string rows = Text(x, Style.Julia);
        Assert.StartsWith("[2x2], type = Float32, device = cpu\n", rows);
        Assert.Contains("0.33333", rows);
        Assert.Equal("[0, 1, 2, ..., 97, 98, 99]", Text(arange(100), Style.Numpy));
        Assert.Equal("[], type = Float32, device = cpu, value = 4", Text(tensor(4f), Style.Julia));
        Assert.Contains("[1,..,..] =", Text(zeros(2, 2, 2), Style.Julia));
    }
}
