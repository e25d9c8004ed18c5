using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

var agent = new Agent(4, 2);
var environment = new Environment();
for (int episode = 0; episode < 200; episode++)
{
    var state = environment.Reset();
    double total = 0;
    bool done = false;
    while (!done)
    {
        using var scope = NewDisposeScope();
        long action = agent.Act(state);
        (var next, double reward, done) = environment.Step(action);
        agent.Remember(state, action, reward, next, done);
        agent.Learn();
        state = next;
        total += reward;
    }
    if (episode % 10 == 0)
    {
        agent.Synchronize();
        Console.WriteLine($"{episode}: {total}");
    }
}

record Transition(float[] State, long Action, float Reward, float[] Next, bool Done);

class Environment
{
    private readonly Random random = new(3);
    private int steps;
    public float[] Reset() { steps = 0; return [0, 0, 0, 0]; }
    public (float[], double, bool) Step(long action) => ([(float)random.NextDouble(), action, 0, 0], 1, ++steps > 100);
}

class QNetwork : Module<Tensor, Tensor>
{
    private readonly Linear first, second, head;
    public QNetwork(int inputs, int actions) : base("q")
    {
        first = Linear(inputs, 128);
        second = Linear(128, 128);
        head = Linear(128, actions);
        RegisterComponents();
    }
    public override Tensor forward(Tensor x) => head.call(F.relu(second.call(F.relu(first.call(x)))));
}

class Agent
{
    private readonly QNetwork online, target;
    private readonly optim.Optimizer optimizer;
    private readonly List<Transition> memory = [];
    private readonly Random random = new(0);
    private readonly int actions;
    private double epsilon = 1;

    public Agent(int inputs, int actions)
    {
        this.actions = actions;
        online = new QNetwork(inputs, actions);
        target = new QNetwork(inputs, actions);
        Synchronize();
        target.eval();
        optimizer = optim.AdamW(online.parameters(), 1e-3, weight_decay: 1e-4, amsgrad: true);
    }

    public void Synchronize() => target.load_state_dict(online.state_dict());

    public long Act(float[] state)
    {
        epsilon = Math.Max(0.05, epsilon * 0.999);
        if (random.NextDouble() < epsilon)
        {
            return random.Next(actions);
        }
        using var _ = no_grad();
        return online.call(tensor(state).unsqueeze(0)).argmax(1).item<long>();
    }

    public void Remember(float[] state, long action, double reward, float[] next, bool done)
    {
        memory.Add(new(state, action, (float)reward, next, done));
        if (memory.Count > 10_000) memory.RemoveAt(0);
    }

    public void Learn()
    {
        if (memory.Count < 64) return;
        var batch = Enumerable.Range(0, 64).Select(_ => memory[random.Next(memory.Count)]).ToArray();
        var states = stack(batch.Select(t => tensor(t.State)));
        var next = stack(batch.Select(t => tensor(t.Next)));
        var chosen = tensor(batch.Select(t => t.Action).ToArray()).unsqueeze(1);
        var rewards = tensor(batch.Select(t => t.Reward).ToArray());
        var done = tensor(batch.Select(t => t.Done ? 1f : 0f).ToArray());

        var values = online.call(states).gather(1, chosen).squeeze(1);
        Tensor targets;
        using (no_grad())
        {
            targets = rewards + 0.99 * target.call(next).max(1).values * (1 - done);
        }
        var loss = F.smooth_l1_loss(values, targets);
        optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_value_(online.parameters(), 100);
        optimizer.step();
    }
}
