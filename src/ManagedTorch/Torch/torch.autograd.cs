namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        public static IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            Tensor?[] gradients = Engine.Run(outputs, Seeds(outputs, grad_outputs), inputs, capture: true, retain_graph || create_graph, create_graph);
            if (!allow_unused && Array.Exists(gradients, g => g is null))
            {
                throw TorchError.Of("A gradient is asked for by a tensor that may not have been used: the outputs do not depend on it. Where that is meant, give allow_unused: true.");
            }
            return Array.ConvertAll(gradients, gradient => gradient ?? Tensor.Undefined);
        }

        public static void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            Engine.Run(tensors, Seeds(tensors, grad_tensors), inputs, capture: false, retain_graph ?? create_graph, create_graph);

        public static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        public static AnomalyMode detect_anomaly(bool check_nan = true) => new(enabled: true, check_nan);

        public static AnomalyMode set_detect_anomaly(bool mode, bool check_nan = true) => new(mode, check_nan);

        private static Tensor?[] Seeds(IList<Tensor> outputs, IList<Tensor>? given)
        {
            if (given is null or { Count: 0 }) return new Tensor?[outputs.Count];
            return given.Count == outputs.Count ? [.. given] : throw TorchError.Of($"got {outputs.Count} tensors and {given.Count} gradients");
        }
    }
}
