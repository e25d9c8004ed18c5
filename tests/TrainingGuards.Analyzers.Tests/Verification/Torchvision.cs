using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TrainingGuards.Analyzers.Tests.Verification;

/// <summary>What torchvision declares, in as far as rules ask for it: it is an assembly of its own, which this repository does not build.</summary>
internal static class Torchvision
{
    private const string Source = """
        namespace TorchSharp
        {
            public static class torchvision
            {
                public interface ITransform : torch.nn.IModule<torch.Tensor, torch.Tensor>;

                public static class transforms
                {
                    public static ITransform Compose(params ITransform[] transforms) => throw new System.NotSupportedException();
                    public static ITransform Normalize(double[] means, double[] stdevs) => throw new System.NotSupportedException();
                    public static ITransform Resize(int height, int width) => throw new System.NotSupportedException();
                    public static ITransform RandomHorizontalFlip(double p = 0.5) => throw new System.NotSupportedException();
                    public static ITransform RandomResizedCrop(int size) => throw new System.NotSupportedException();
                    public static ITransform ColorJitter(float brightness = 0) => throw new System.NotSupportedException();

                    public static class functional
                    {
                        public static torch.Tensor hflip(torch.Tensor input) => input.flip(-1);
                    }
                }

                public static class datasets
                {
                    public static torch.utils.data.Dataset MNIST(string root, bool train, bool download = false, ITransform? target_transform = null) =>
                        throw new System.NotSupportedException();

                    public static torch.utils.data.Dataset CIFAR10(string root, bool train, bool download = false, ITransform? target_transform = null) =>
                        throw new System.NotSupportedException();
                }
            }
        }
        """;

    private static readonly Lazy<MetadataReference> Compiled = new(Compile);

    /// <summary>An assembly with these declarations, for snippets that name torchvision.</summary>
    public static MetadataReference Assembly => Compiled.Value;

    private static PortableExecutableReference Compile()
    {
        using var image = new MemoryStream();
        var emitted = CSharpCompilation.Create(
            "TorchVision", [CSharpSyntaxTree.ParseText(Source)], References.WithTorch,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable)).Emit(image);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        return MetadataReference.CreateFromImage(image.ToArray());
    }
}
