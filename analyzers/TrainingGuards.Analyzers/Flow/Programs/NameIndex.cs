using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Where a name is mentioned in a file: each as it is written, nothing bound.</summary>
/// <remarks>
/// The index holds every word of the text, those of comments and strings too, which costs a tenth of walking the tokens; whoever looks a
/// word up asks the token there what it is. It is kept as long as the tree, so that an edit costs the reading of one file.
/// </remarks>
internal sealed class NameIndex
{
    /// <summary>What <c>new()</c> is found by, which has no name.</summary>
    public const string ImplicitCreation = "new";

    private static readonly ConditionalWeakTable<SyntaxTree, NameIndex> Known = new();

    private readonly Dictionary<int, List<int>> _byHash = [];

    // A name that is written by escapes is known to its token alone.
    private readonly List<int> _escaped = [];

    private NameIndex(string text)
    {
        for (int start = 0; start < text.Length; start++)
        {
            if (IsPart(text, start))
            {
                bool isName = !char.IsDigit(text[start]), isEscaped = false;
                int end = start, hash = 0;
                for (; end < text.Length && IsPart(text, end); end++)
                {
                    isEscaped |= text[end] == '\\';
                    hash = Hash(hash, text[end]);
                }
                if (isName)
                {
                    (isEscaped ? _escaped : PositionsOf(hash)).Add(start);
                }
                start = end;
            }
        }
    }

    public static NameIndex Of(SyntaxTree tree) => Known.GetValue(tree, static known => new NameIndex(known.GetText().ToString()));

    /// <summary>The names below a node that are written so, in their order; of <c>new()</c> the creation.</summary>
    public IEnumerable<ExpressionSyntax> Mentions(string name, SyntaxNode within)
    {
        int hash = 0;
        foreach (char letter in name)
        {
            hash = Hash(hash, letter);
        }
        IEnumerable<int> positions = _byHash.TryGetValue(hash, out List<int>? found) ? found : [];
        foreach (int position in _escaped.Count == 0 ? positions : positions.Concat(_escaped))
        {
            if (within.Span.Contains(position) && MentionAt(position, name, within) is { } mention)
            {
                yield return mention;
            }
        }
    }

    private static ExpressionSyntax? MentionAt(int position, string name, SyntaxNode within)
    {
        SyntaxToken token = within.FindToken(position);
        return !token.Span.Contains(position) ? null
            : token.IsKind(SyntaxKind.NewKeyword) ? token.Parent as ImplicitObjectCreationExpressionSyntax
            : token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name ? token.Parent as SimpleNameSyntax : null;
    }

    private static bool IsPart(string text, int at) => SyntaxFacts.IsIdentifierPartCharacter(text[at])
        || (text[at] == '\\' && at + 1 < text.Length && text[at + 1] is 'u' or 'U');

    private List<int> PositionsOf(int hash)
    {
        if (!_byHash.TryGetValue(hash, out List<int>? positions))
        {
            _byHash.Add(hash, positions = []);
        }
        return positions;
    }

    // Characters that only format are no part of a name.
    private static int Hash(int hash, char letter) =>
        letter > 127 && char.GetUnicodeCategory(letter) == UnicodeCategory.Format ? hash : unchecked((hash * 31) + letter);
}
