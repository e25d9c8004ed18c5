using TorchSharp.Layers;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class MultiheadAttention : nn.Module<Tensor, Tensor, Tensor, Tensor?, bool, Tensor?, Tuple<Tensor, Tensor>>
{
    private readonly long embedding;
    private readonly long heads;
    private readonly double dropout;
    private readonly bool addZero;
    private readonly Linear out_proj;

    internal MultiheadAttention(
        long embedding, long heads, double dropout, bool bias, bool addBias, bool addZero, long keySize, long valueSize)
        : base(nameof(MultiheadAttention))
    {
        if (embedding % heads != 0) throw new ArgumentException("embed_dim must be divisible by num_heads", nameof(heads));
        this.embedding = embedding;
        this.heads = heads;
        this.dropout = dropout;
        this.addZero = addZero;
        if (keySize == embedding && valueSize == embedding) register_parameter("in_proj_weight", Glorot(3 * embedding, embedding));
        else
        {
            register_parameter("q_proj_weight", Glorot(embedding, embedding));
            register_parameter("k_proj_weight", Glorot(embedding, keySize));
            register_parameter("v_proj_weight", Glorot(embedding, valueSize));
        }
        out_proj = nn.Linear(embedding, embedding, hasBias: bias);
        if (bias)
        {
            register_parameter("in_proj_bias", nn.Parameter(zeros(3 * embedding)));
            nn.init.zeros_(out_proj.bias!);
        }
        if (addBias)
        {
            register_parameter("bias_k", GlorotNormal(1, 1, embedding));
            register_parameter("bias_v", GlorotNormal(1, 1, embedding));
        }
        RegisterComponents();
    }

    /// <summary>Attention of query [L, N, E] to key and value [S, N, ·], and its weights as a mean over heads, [N, L, S].</summary>
    /// <param name="key_padding_mask">[N, S]: true, or what is added, hides a key.</param>
    /// <param name="attn_mask">[L, S] or [N · heads, L, S]: true, or what is added, hides a key from a query.</param>
    public override Tuple<Tensor, Tensor> forward(
        Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask, bool need_weights, Tensor? attn_mask)
    {
        var (output, weights) = Op.Composed(() => Attend(query, key, value, key_padding_mask, attn_mask));
        if (need_weights) return Tuple.Create(output, weights);
        weights.Dispose();
        return Tuple.Create(output, (Tensor)null!);
    }

    public new Tuple<Tensor, Tensor> call(
        Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask = null, bool need_weights = true, Tensor? attn_mask = null) =>
        base.call(query, key, value, key_padding_mask, need_weights, attn_mask);

    private (Tensor Output, Tensor Weights) Attend(Tensor query, Tensor key, Tensor value, Tensor? paddingMask, Tensor? mask)
    {
        long length = query.shape[0], batch = query.shape[1];
        Tensor q = Project(query, Find("q_proj_weight"), 0), k = Project(key, Find("k_proj_weight"), 1), v = Project(value, Find("v_proj_weight"), 2);
        long added = 0;
        if (Find("bias_k") is { } extraKey && Find("bias_v") is { } extraValue)
        {
            k = cat([k, extraKey.expand(1, batch, embedding)], 0);
            v = cat([v, extraValue.expand(1, batch, embedding)], 0);
            added++;
        }
        if (addZero)
        {
            k = cat([k, zeros_like(k.narrow(0, 0, 1))], 0);
            v = cat([v, zeros_like(v.narrow(0, 0, 1))], 0);
            added++;
        }
        Tensor? hidden = Mask(paddingMask, mask, batch, length, key.shape[0], added, query.dtype);
        var (output, weights) = Layers.Attention.ScaledDotProduct(Heads(q), Heads(k), Heads(v), hidden, training ? dropout : 0, isCausal: false);
        Tensor joined = output.permute(2, 0, 1, 3).reshape(length, batch, embedding);
        return (out_proj.forward(joined), weights.mean([1]));
    }

    private Tensor Project(Tensor input, Tensor? weight, int part)
    {
        weight ??= Find("in_proj_weight")!.narrow(0, part * embedding, embedding);
        return nn.functional.linear(input, weight, Find("in_proj_bias")?.narrow(0, part * embedding, embedding));
    }

    // [S, N, E] → [N, heads, S, E / heads]
    private Tensor Heads(Tensor x) => x.reshape(x.shape[0], x.shape[1], heads, embedding / heads).permute(1, 2, 0, 3);

    /// <summary>Both masks as one that is added to the scores [N, heads, L, S]; keys that were added are seen by all.</summary>
    private Tensor? Mask(Tensor? paddingMask, Tensor? mask, long batch, long length, long keys, long added, ScalarType dtype)
    {
        if (paddingMask is null && mask is null) return null;
        Tensor hidden = zeros(batch, 1, length, keys, dtype: dtype, device: (mask ?? paddingMask)!.device);
        if (mask is not null)
            hidden += Added(mask, dtype).reshape(mask.dim() == 3 ? [batch, heads, length, keys] : [1, 1, length, keys]);
        if (paddingMask is not null) hidden += Added(paddingMask, dtype).reshape(batch, 1, 1, keys);
        return added == 0 ? hidden : nn.functional.pad(hidden, (0, added));
    }

    private static Tensor Added(Tensor mask, ScalarType dtype) => mask.dtype == ScalarType.Bool
        ? zeros(mask.shape, dtype: dtype, device: mask.device).masked_fill(mask, double.NegativeInfinity)
        : mask.to_type(dtype);

    private static Parameter Glorot(params long[] shape)
    {
        var parameter = nn.Parameter(empty(shape));
        nn.init.xavier_uniform_(parameter);
        return parameter;
    }

    private static Parameter GlorotNormal(params long[] shape)
    {
        var parameter = nn.Parameter(empty(shape));
        nn.init.xavier_normal_(parameter);
        return parameter;
    }

    // By name: a move to another type or device replaces the registered parameters.
    private Parameter? Find(string parameter) => _internal_params.TryGetValue(parameter, out Parameter? value) ? value : null;
}
