using System.Reflection;
using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>A module or tensor that a field leads to.</summary>
/// <param name="Path">Its path in the user's words: <c>encoder._blocks[2]</c>.</param>
/// <param name="OwnerPath">The path of the module that has the field; the model's type for the model itself.</param>
/// <param name="Owner">That module.</param>
/// <param name="Field">The field; null for an item of one of torch's own collections of modules.</param>
/// <param name="FieldPath">The path of the field: <c>encoder._blocks</c>.</param>
/// <param name="Value">The module or tensor.</param>
/// <param name="Inside">What is between the field and it: the type of a collection or an object; null where the field itself holds it.</param>
/// <param name="InCollection">Whether a collection or tuple is between them.</param>
internal sealed record HeldComponent(string Path, string OwnerPath, nn.Module Owner, FieldInfo? Field, string FieldPath, object Value, Type? Inside, bool InCollection)
{
    /// <summary>The tensor, or the parameters of the module.</summary>
    public IEnumerable<Tensor> Tensors => Value is nn.Module module ? module.parameters() : [(Tensor)Value];
}
