namespace TrainingGuards.Analyzers.Flow;

/// <summary>A set of the definitions of one body, as bits.</summary>
internal sealed class DefinitionSet
{
    private readonly ulong[] _bits;

    public DefinitionSet(int count) => _bits = new ulong[(count + 63) / 64];

    private DefinitionSet(ulong[] bits) => _bits = bits;

    public DefinitionSet Copy() => new((ulong[])_bits.Clone());

    public bool Contains(Definition definition) => (_bits[definition.Index / 64] & Bit(definition)) != 0;

    public void Add(Definition definition) => _bits[definition.Index / 64] |= Bit(definition);

    /// <summary>Leaves <paramref name="definition"/> as the only one of its symbol.</summary>
    public void Replace(IEnumerable<Definition> ofSymbol, Definition definition)
    {
        foreach (Definition former in ofSymbol)
        {
            _bits[former.Index / 64] &= ~Bit(former);
        }
        Add(definition);
    }

    /// <summary>Adds all of <paramref name="others"/>, and says whether any was new.</summary>
    public bool UnionWith(IEnumerable<Definition> others)
    {
        bool grown = false;
        foreach (Definition other in others)
        {
            grown |= !Contains(other);
            Add(other);
        }
        return grown;
    }

    /// <summary>Adds all of <paramref name="other"/>, and says whether any was new.</summary>
    public bool UnionWith(DefinitionSet other)
    {
        bool grown = false;
        for (int i = 0; i < _bits.Length; i++)
        {
            ulong united = _bits[i] | other._bits[i];
            grown |= united != _bits[i];
            _bits[i] = united;
        }
        return grown;
    }

    private static ulong Bit(Definition definition) => 1UL << (definition.Index % 64);
}
