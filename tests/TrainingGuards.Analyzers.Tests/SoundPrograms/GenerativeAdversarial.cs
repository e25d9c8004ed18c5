using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

manual_seed(0);
var device = cuda.is_available() ? CUDA : CPU;
var generator = Sequential(Linear(64, 256), LeakyReLU(0.2), Linear(256, 784), Tanh()).to(device);
var discriminator = Sequential(Linear(784, 256), LeakyReLU(0.2), Dropout(0.3), Linear(256, 1)).to(device);
var gOptimizer = optim.Adam(generator.parameters(), 2e-4, beta1: 0.5);
var dOptimizer = optim.Adam(discriminator.parameters(), 2e-4, beta1: 0.5);
using var dataset = torch.utils.data.TensorDataset(rand(1000, 784));
using var loader = torch.utils.data.DataLoader(dataset, 64, shuffle: true, device: device);
for (int epoch = 0; epoch < 20; epoch++)
{
    double dTotal = 0, gTotal = 0;
    int batches = 0;
    foreach (var batch in loader)
    {
        using var scope = NewDisposeScope();
        var real = batch[0] * 2 - 1;
        var n = real.shape[0];
        var ones = torch.ones(n, 1, device: device);
        var zeros = torch.zeros(n, 1, device: device);

        dOptimizer.zero_grad();
        var fake = generator.call(randn(n, 64, device: device));
        var dLoss = binary_cross_entropy_with_logits(discriminator.call(real), ones)
            + binary_cross_entropy_with_logits(discriminator.call(fake.detach()), zeros);
        dLoss.backward();
        dOptimizer.step();

        gOptimizer.zero_grad();
        var gLoss = binary_cross_entropy_with_logits(discriminator.call(fake), ones);
        gLoss.backward();
        gOptimizer.step();
        dTotal += dLoss.item<float>();
        gTotal += gLoss.item<float>();
        batches++;
    }
    Console.WriteLine($"{epoch}: d {dTotal / batches:F3} g {gTotal / batches:F3}");
    generator.eval();
    using (no_grad())
    {
        using var samples = generator.call(randn(16, 64, device: device)).view(16, 1, 28, 28);
        Console.WriteLine(samples.add(1).div(2).mean().item<float>());
    }
    generator.train();
}
