using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

public class ActorCritic : Module<Tensor, (Tensor Logits, Tensor Value)>
{
    private readonly Sequential body = Sequential(("l1", Linear(8, 64)), ("t1", Tanh()), ("l2", Linear(64, 64)), ("t2", Tanh()));
    private readonly Linear policy = Linear(64, 4), value = Linear(64, 1);

    public ActorCritic() : base("actor-critic")
    {
        RegisterComponents();
        init.orthogonal_(policy.weight!, 0.01);
        init.zeros_(policy.bias!);
    }

    public override (Tensor Logits, Tensor Value) forward(Tensor x)
    {
        var hidden = body.call(x);
        return (policy.call(hidden), value.call(hidden).squeeze(-1));
    }
}

public class Ppo
{
    private readonly ActorCritic model = new();
    private readonly optim.Optimizer optimizer;

    public Ppo() => optimizer = optim.Adam(model.parameters(), 3e-4, eps: 1e-5);

    public void Update(Tensor states, Tensor actions, Tensor oldLogProbabilities, Tensor returns, Tensor advantages)
    {
        var normalized = (advantages - advantages.mean()) / (advantages.std() + 1e-8);
        for (int epoch = 0; epoch < 4; epoch++)
        {
            var order = randperm(states.shape[0]);
            for (long start = 0; start < states.shape[0]; start += 64)
            {
                using var scope = NewDisposeScope();
                var index = order[TensorIndex.Slice(start, start + 64)];
                var (logits, values) = model.call(states[index]);
                var logProbabilities = F.log_softmax(logits, 1);
                var taken = logProbabilities.gather(1, actions[index].unsqueeze(1)).squeeze(1);
                var entropy = -(logProbabilities.exp() * logProbabilities).sum(1).mean();
                var ratio = (taken - oldLogProbabilities[index]).exp();
                var clipped = ratio.clamp(0.8, 1.2);
                var policyLoss = -minimum(ratio * normalized[index], clipped * normalized[index]).mean();
                var valueLoss = F.mse_loss(values, returns[index]);
                var loss = policyLoss + 0.5 * valueLoss - 0.01 * entropy;
                optimizer.zero_grad();
                loss.backward();
                nn.utils.clip_grad_norm_(model.parameters(), 0.5);
                optimizer.step();
            }
        }
    }

    public (long Action, float LogProbability, float Value) Act(Tensor state)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (logits, value) = model.call(state.unsqueeze(0));
        var probabilities = logits.softmax(-1);
        var action = multinomial(probabilities, 1);
        return (action.item<long>(), probabilities.gather(1, action).log().item<float>(), value.item<float>());
    }
}
static class EntryPoint { static void Main() { } }
