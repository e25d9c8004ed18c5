using TrainingGuards.Analyzers.Modules;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Modules;

public sealed class EvenKernelTests
{
    [Theory]
    [InlineData("Conv2d(3, 8, 4, padding: 2)", "A kernel of 4 has no centre, so a padding of 2 makes the output larger by one. Use 5.")]
    [InlineData("Conv1d(3, 8, kernel_size: 6, padding: 2)", "A kernel of 6 has no centre, so a padding of 2 makes the output smaller by one. Use 7.")]
    [InlineData("Conv2d(3, 8, 2, padding: Padding.Same)", "A kernel of 2 has no centre, so 'Padding.Same' pads one side more than the other. Use 3.")]
    [InlineData("Conv2d(3, 8, (4, 4), padding: (2, 2))", "A kernel of 4 has no centre, so a padding of 2 makes the output larger by one. Use 5.")]
    public Task An_even_kernel_padded_by_half_is_flagged(string creation, string message) => Verify<EvenKernel>.Flags($"using static TorchSharp.torch.nn; var conv = [|{creation}|];", message);

    [Theory]
    [InlineData("Conv2d(3, 8, 3, padding: 1)")]
    [InlineData("Conv2d(3, 8, 4)")]
    [InlineData("Conv2d(3, 8, 2)")]
    [InlineData("Conv2d(3, 8, 4, stride: 4)")]
    [InlineData("Conv2d(3, 8, 4, stride: 2, padding: 1)")]
    [InlineData("Conv2d(3, 8, 4, padding: 3)")]
    [InlineData("Conv2d(3, 8, 4, padding: 2, dilation: 2)")]
    [InlineData("Conv2d(3, 8, (4, 3), padding: (2, 1))")]
    [InlineData("Conv2d(3, 8, size, padding: size / 2)")]
    [InlineData("Conv2d(3, 8, 4, padding: Padding.Valid)")]
    [InlineData("ConvTranspose2d(8, 3, 4, padding: 2)")]
    public Task Odd_strided_or_unpadded_it_is_silent(string creation) => Verify<EvenKernel>.Silent($"using static TorchSharp.torch.nn; var size = args.Length; var conv = {creation};");
}
