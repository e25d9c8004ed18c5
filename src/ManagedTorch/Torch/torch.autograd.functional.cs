namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        public static class functional
        {
            /// <summary>For each output and each input, in this order, the derivatives of every element by every element: of the output's shape followed by the input's.</summary>
            public static IEnumerable<Tensor> jacobian(Func<Tensor[], Tensor[]> function, params Tensor[] inputs)
            {
                using DisposeScope scope = NewDisposeScope();
                using var _ = enable_grad();
                Tensor[] leaves = Array.ConvertAll(inputs, input => input.detach().requires_grad_());
                var jacobians = new List<Tensor>();
                foreach (Tensor output in function(leaves))
                {
                    IList<Tensor>[] rows = [.. Enumerable.Range(0, checked((int)output.numel())).Select(at => Row(output, at, leaves))];
                    for (int i = 0; i < leaves.Length; i++)
                    {
                        Tensor whole = stack(rows.Select(row => row[i].IsInvalid ? leaves[i].zeros_like() : row[i]));
                        jacobians.Add(whole.view([.. output.shape, .. leaves[i].shape]).MoveToOuterDisposeScope());
                    }
                }
                return jacobians;
            }

            public static Tensor jacobian(Func<Tensor, Tensor> function, Tensor inputs) => jacobian(x => [function(x.Single())], [inputs]).Single();

            public static IEnumerable<Tensor> jacobian(Func<Tensor, Tensor[]> function, Tensor inputs) => jacobian(x => function(x.Single()), [inputs]);

            public static IEnumerable<Tensor> jacobian(Func<Tensor[], Tensor> function, params Tensor[] inputs) => jacobian(x => [function(x)], inputs);

            private static IList<Tensor> Row(Tensor output, long at, Tensor[] leaves) =>
                grad([output.reshape(-1)[at]], leaves, retain_graph: true, allow_unused: true);
        }
    }
}
