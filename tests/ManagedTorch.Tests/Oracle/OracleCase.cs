using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Oracle;

/// <summary>A tensor as the oracle file writes it: elements in row-major order.</summary>
public sealed record OracleTensor(
    [property: JsonPropertyName("shape")] long[] Shape,
    [property: JsonPropertyName("dtype")] string Dtype,
    [property: JsonPropertyName("data")] double[] Data,
    [property: JsonPropertyName("grad")] double[]? Grad)
{
    public ScalarType Type => Dtype switch
    {
        "float32" => float32,
        "float64" => float64,
        "int64" => int64,
        "bool" => @bool,
        _ => throw new NotSupportedException($"The oracle has a tensor of {Dtype}."),
    };

    public Tensor ToTensor() => tensor(Data, dtype: Type).reshape(Shape);
}

/// <summary>One call that PyTorch made, with what went in and came out.</summary>
public sealed record OracleCase(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("call")] string Call,
    [property: JsonPropertyName("args")] JsonElement Args,
    [property: JsonPropertyName("inputs")] OracleTensor[]? Inputs,
    [property: JsonPropertyName("outputs")] OracleTensor[]? Outputs,
    [property: JsonPropertyName("cotangent")] OracleTensor? Cotangent)
{
    /// <summary>Whatever else the line holds: parameters, trajectories, rates.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> More { get; init; } = [];

    public long[] Longs(string argument) => [.. Args.GetProperty(argument).EnumerateArray().Select(e => e.GetInt64())];

    public bool Flag(string argument) => Args.GetProperty(argument).GetBoolean();
}
