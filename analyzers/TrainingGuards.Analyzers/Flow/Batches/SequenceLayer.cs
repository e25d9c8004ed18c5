using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Layers over sequences, which take the second axis for the batch unless they are told otherwise.</summary>
internal static class SequenceLayer
{
    /// <summary>The layer of a call, null where it is another one or which one it is, is open.</summary>
    public static Layer? Of(IInvocationOperation call, MethodBody body, TorchProgram program)
    {
        if (call.Instance is not { } instance || !EventVocabulary.IsForward(call, program.Torch))
        {
            return null;
        }
        ImmutableArray<ModuleValue> made = program.Values.Of(instance, body);
        return made.Length == 1 && made[0].Creation is { } creation && (IsRecurrent(made[0].Type, program.Torch) || IsAttention(made[0].Type, program.Torch))
            ? new Layer(made[0].Type, creation)
            : null;
    }

    public static bool IsRecurrent(ITypeSymbol layer, TorchSymbols torch) => Layers.IsBuiltIn(layer, torch) && layer.Name is "LSTM" or "GRU" or "RNN";

    /// <summary>A layer that attends along the first axis, whatever it is told.</summary>
    public static bool IsAttention(ITypeSymbol layer, TorchSymbols torch) => Layers.IsBuiltIn(layer, torch)
        && layer.Name is "MultiheadAttention" or "TransformerEncoder" or "TransformerEncoderLayer" or "TransformerDecoder" or "TransformerDecoderLayer" or "Transformer";
}
