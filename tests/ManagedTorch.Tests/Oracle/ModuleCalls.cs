using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Oracle;

/// <summary>The oracle's calls of modules with parameters of their own: the module, and what it makes of the input.</summary>
internal static class ModuleCalls
{
    public static readonly Dictionary<string, Func<(nn.Module Module, Func<Tensor, Tensor> Run)>> Table = new()
    {
        ["functional.embedding(i, w)"] = () => nn.Embedding(6, 4) is var embedding ? (embedding, embedding.call) : default,
        ["nn.RNN(3, 4, numLayers 2, batchFirst, bidirectional False)"] = () =>
            nn.RNN(3, 4, numLayers: 2, batchFirst: true) is var rnn ? (rnn, x => rnn.call(x).Item1) : default,
        ["nn.LSTM(3, 4, numLayers 2, batchFirst, bidirectional False)"] = () =>
            nn.LSTM(3, 4, numLayers: 2, batchFirst: true) is var lstm ? (lstm, x => lstm.call(x).Item1) : default,
        ["nn.GRU(3, 4, numLayers 2, batchFirst, bidirectional True)"] = () =>
            nn.GRU(3, 4, numLayers: 2, batchFirst: true, bidirectional: true) is var gru ? (gru, x => gru.call(x).Item1) : default,
    };
}
