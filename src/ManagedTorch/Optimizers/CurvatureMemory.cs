namespace TorchSharp.Modules;

/// <summary>The inverse Hessian as the last steps and what they changed in the gradient tell it (Nocedal and Wright, algorithm 7.4).</summary>
internal sealed class CurvatureMemory(long capacity)
{
    // A step along which the gradient hardly changed, or fell, tells nothing that keeps the matrix positive.
    private const double LeastCurvature = 1e-10;

    private readonly LinkedList<(double[] Step, double[] Change, double InverseCurvature)> pairs = new();
    private double scale = 1;

    internal void Learn(double[] step, double[] change)
    {
        double curvature = TensorPrimitives.Dot<double>(change, step);
        if (!(curvature > LeastCurvature)) return;
        if (pairs.Count == capacity) pairs.RemoveFirst();
        pairs.AddLast((step, change, 1 / curvature));
        scale = curvature / TensorPrimitives.SumOfSquares<double>(change);
    }

    /// <summary>The direction of descent: minus the inverse Hessian times the gradient.</summary>
    internal double[] Descent(double[] gradient)
    {
        double[] direction = Array.ConvertAll(gradient, g => -g);
        var weights = new Stack<double>();
        for (var pair = pairs.Last; pair is not null; pair = pair.Previous)
        {
            double weight = TensorPrimitives.Dot<double>(pair.Value.Step, direction) * pair.Value.InverseCurvature;
            TensorPrimitives.MultiplyAdd<double>(pair.Value.Change, -weight, direction, direction);
            weights.Push(weight);
        }
        TensorPrimitives.Multiply<double>(direction, scale, direction);
        foreach (var (step, change, inverseCurvature) in pairs)
        {
            double weight = weights.Pop() - (TensorPrimitives.Dot<double>(change, direction) * inverseCurvature);
            TensorPrimitives.MultiplyAdd<double>(step, weight, direction, direction);
        }
        return direction;
    }
}
