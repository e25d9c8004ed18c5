using DigitClassifier.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace DigitClassifier;

/// <summary>Trains a model on digits: AdamW, a cosine schedule over the epochs, gradients clipped to a norm of 1.</summary>
public class Trainer : IDisposable
{
    /// <summary>The number of examples in a step.</summary>
    public const int BatchSize = 64;

    private readonly Module<Tensor, Tensor> _model;
    private readonly Device _device;
    private readonly Optimizer _optimizer;
    private readonly LRScheduler _schedule;
    private readonly int _epochs;

    /// <summary>A training of some epochs, of a model that is where it is to be trained.</summary>
    public Trainer(Module<Tensor, Tensor> model, int epochs)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _device = model.parameters().First().device;
        _optimizer = NewOptimizer(model.parameters());
        _schedule = NewSchedule(_optimizer, epochs);
        _epochs = epochs;
    }

    /// <summary>The optimizer as training uses it.</summary>
    public static Optimizer NewOptimizer(IEnumerable<Parameter> parameters) => AdamW(parameters, lr: 4e-3, weight_decay: 1e-2);

    /// <summary>The schedule of its learning rate, stepped once an epoch.</summary>
    public static LRScheduler NewSchedule(Optimizer optimizer, int epochs) => CosineAnnealingLR(optimizer, T_max: epochs);

    /// <summary>Trains for all epochs.</summary>
    /// <param name="digits">What is trained on.</param>
    /// <param name="finished">Called after each epoch with its number, from 1, and its mean loss in nats.</param>
    public void Fit(Digits digits, Action<int, double> finished)
    {
        ArgumentNullException.ThrowIfNull(digits);
        ArgumentNullException.ThrowIfNull(finished);
        for (int epoch = 1; epoch <= _epochs; epoch++)
        {
            _model.train();
            double sum = 0;
            foreach (long[] rows in digits.ShuffledBatches(BatchSize))
            {
                using var scope = NewDisposeScope();
                (Tensor images, Tensor labels) = digits.At(rows, _device);
                _optimizer.zero_grad();
                Tensor loss = Backpropagate(images, labels);
                nn.utils.clip_grad_norm_(_model.parameters(), max_norm: 1);
                _optimizer.step();
                sum += loss.item<float>() * rows.Length;
            }
            _schedule.step();
            finished(epoch, sum / digits.Count);
        }
    }

    /// <summary>The loss of a batch, its gradients added to those of the parameters.</summary>
    protected virtual Tensor Backpropagate(Tensor images, Tensor labels)
    {
        Tensor loss = cross_entropy(_model.call(images), labels);
        loss.backward();
        return loss;
    }

    /// <summary>Ends the training; the model stays.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes of the optimizer.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) _optimizer.Dispose();
    }
}
