using TrainingGuards.Reporting;

namespace TrainingGuards.Monitoring;

/// <summary>What one output said of the same examples over a training: the last looks as they are, all of them as curves.</summary>
internal sealed class PredictionHistory
{
    /// <summary>How many looks are judged.</summary>
    public const int Enough = 10;

    private readonly Queue<PredictionSample> _last = new();
    private readonly Series _changes = new(), _entropies = new(), _right = new();
    private PredictionSample? _first, _now;

    /// <summary>How many looks there were at finite predictions.</summary>
    public long Looks { get; private set; }

    /// <summary>The output's name.</summary>
    public string Name => _now!.Output;

    /// <summary>What it says.</summary>
    public PredictionKind Kind => _now!.Kind;

    /// <summary>What it said at the first look.</summary>
    public PredictionSample First => _first!;

    /// <summary>What it said last.</summary>
    public PredictionSample Now => _now!;

    /// <summary>Whether the targets are known.</summary>
    public bool HasTargets => _now!.HasTargets;

    /// <summary>Whether the targets themselves are of one class.</summary>
    public bool IsOfOneClass => _now!.Classes < 2;

    /// <summary>The change from look to look in the median of the last ones, over that of unrelated predictions.</summary>
    public double Change => SampleMedian.Of(_last.Select(look => look.Change).Where(double.IsFinite));

    /// <summary>The share of targets that the class which all predictions are of is wrong for; 0 where some look of the last ones has another class too. Of looks with different classes the mean.</summary>
    public double WrongForAll => _last.All(look => look.TopShare >= 1) ? _last.Average(look => 1 - look.TopTargets) : 0;

    /// <summary>The spread over the examples in the median of the last looks.</summary>
    public double Spread => SampleMedian.Of(_last.Select(look => look.Spread));

    /// <summary>What to draw.</summary>
    public IEnumerable<Curve> Curves
    {
        get
        {
            string of = Name == "output" ? "" : $" of {Name}", over = _changes.StepsPerValue == 1 ? "look" : $"mean of {Numbers.Text(_changes.StepsPerValue)} looks";
            yield return new($"change of predictions{of}", _changes.Values, over);
            if (Kind == PredictionKind.Numbers) yield break;
            yield return new($"share of right predictions{of}", _right.Values, over);
            yield return new($"entropy of predictions{of}", _entropies.Values, over);
        }
    }

    /// <summary>How often each class is predicted now.</summary>
    public IEnumerable<Bars> Bars => _now!.Predicted.Count == 0 ? [] :
        [new($"predictions{(Name == "output" ? "" : $" of {Name}")}", "class", [.. _now.Predicted.Select((count, i) => new Reading(count, Numbers.Text(i)))])];

    /// <summary>What is worth reading beside the claims.</summary>
    public IEnumerable<string> Notes
    {
        get
        {
            if (Kind != PredictionKind.Numbers && _last.All(look => look.TopShare >= 1))
                yield return $"in {Name} all {Numbers.Text(_now!.Count)} predictions are of class {Numbers.Text(_now.Top)}, which {Numbers.Text(100 * _now.TopTargets)} % of the targets are";
            if (Kind == PredictionKind.Numbers && !HasTargets) yield return $"{Name} is watched without targets";
        }
    }

    /// <summary>Takes in a look; one that is not finite is left to <c>StaysFinite</c>.</summary>
    public void Add(PredictionSample look)
    {
        _now ??= look;
        if (!double.IsFinite(look.Kind == PredictionKind.Numbers ? look.Spread : look.Entropy)) return;
        _first ??= look;
        Looks++;
        _now = look;
        _last.Enqueue(look);
        if (_last.Count > Enough) _last.Dequeue();
        if (double.IsFinite(look.Change)) _changes.Add(look.Change);
        if (look.Kind == PredictionKind.Numbers) return;
        _entropies.Add(look.Entropy);
        _right.Add(look.Right);
    }
}
