using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

var teacher = Net(512);
teacher.load("teacher.dat");
teacher.eval();
foreach (var p in teacher.parameters()) p.requires_grad = false;
var student = Net(64);
var optimizer = optim.SGD(student.parameters(), 0.05, momentum: 0.9, weight_decay: 1e-4);
var scheduler = optim.lr_scheduler.StepLR(optimizer, 30, 0.1);
const double temperature = 4, mix = 0.7;
var best = double.NegativeInfinity;
Dictionary<string, Tensor>? bestWeights = null;
int patience = 0;
for (int epoch = 0; epoch < 90 && patience < 10; epoch++)
{
    student.train();
    foreach (var (images, labels) in Batches(train: true))
    {
        using var scope = NewDisposeScope();
        Tensor soft;
        using (no_grad())
        {
            soft = F.softmax(teacher.call(images) / temperature, 1);
        }
        var logits = student.call(images);
        var distillation = F.kl_div(F.log_softmax(logits / temperature, 1), soft, reduction: nn.Reduction.Mean, log_target: false) * (temperature * temperature);
        var loss = mix * distillation + (1 - mix) * F.cross_entropy(logits, labels);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }
    scheduler.step();
    var accuracy = Accuracy();
    if (accuracy > best)
    {
        best = accuracy;
        patience = 0;
        bestWeights = student.state_dict().ToDictionary(kv => kv.Key, kv => kv.Value.clone());
    }
    else
    {
        patience++;
    }
    Console.WriteLine($"{epoch}: {accuracy:P1} at {optimizer.ParamGroups.First().LearningRate}");
}
student.load_state_dict(bestWeights!);
student.save("student.dat");

double Accuracy()
{
    student.eval();
    using var _ = no_grad();
    long correct = 0, total = 0;
    foreach (var (images, labels) in Batches(train: false))
    {
        using var scope = NewDisposeScope();
        correct += student.call(images).argmax(1).eq(labels).sum().item<long>();
        total += labels.shape[0];
    }
    return (double)correct / total;
}

static Sequential Net(int width) => Sequential(Flatten(), Linear(784, width), ReLU(), Dropout(0.2), Linear(width, width), ReLU(), Linear(width, 10));

static IEnumerable<(Tensor, Tensor)> Batches(bool train)
{
    for (int i = 0; i < (train ? 100 : 10); i++)
    {
        yield return (rand(64, 1, 28, 28), randint(0, 10, new long[] { 64 }));
    }
}
