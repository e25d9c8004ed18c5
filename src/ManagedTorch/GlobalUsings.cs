// The namespace has a Tensor of its own, so its kernels are taken by name.
global using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;
