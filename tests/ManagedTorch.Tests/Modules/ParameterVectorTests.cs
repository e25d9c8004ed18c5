using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Modules;

public class ParameterVectorTests
{
    [Fact]
    public void Parameters_go_to_a_vector_and_become_views_of_one()
    {
        using Parameter first = nn.Parameter(arange(4, dtype: ScalarType.Float32).reshape(2, 2)), second = nn.Parameter(ones(1));
        using Tensor vector = nn.utils.parameters_to_vector([first, second]).detach();
        Assert.Equal([0f, 1f, 2f, 3f, 1f], vector.data<float>().ToArray());
        using Tensor doubled = vector * 2;
        nn.utils.vector_to_parameters(doubled, [first, second]);
        Assert.Equal([0f, 2f, 4f, 6f], first.data<float>().ToArray());
        doubled.zero_();
        Assert.Equal(0, second.item<float>());
    }
}
