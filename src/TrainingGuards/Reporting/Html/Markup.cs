using System.Text;

namespace TrainingGuards.Reporting.Html;

/// <summary>A piece of a page. A string becomes one by being escaped, and an element by being closed: what is written is well-formed by construction.</summary>
internal readonly struct Markup
{
    private readonly string? _markup;

    private Markup(string markup) => _markup = markup;

    public static Markup Empty { get; }

    public bool IsEmpty => string.IsNullOrEmpty(_markup);

    public static implicit operator Markup(string text) => new(HtmlText.Escape(text));

    /// <summary>An element, with attributes whose values are escaped; one that is null is left out.</summary>
    public static Markup Element(string tag, (string Name, string? Value)[] attributes, params Markup[] children)
    {
        StringBuilder text = Opened(tag, attributes);
        foreach (Markup child in children) text.Append(child._markup);
        return new(text.Append("</").Append(tag).Append('>').ToString());
    }

    /// <summary>An element without attributes.</summary>
    public static Markup Element(string tag, params Markup[] children) => Element(tag, [], children);

    /// <summary>An element of a class.</summary>
    public static Markup Classed(string tag, string @class, params Markup[] children) => Element(tag, [("class", @class)], children);

    /// <summary>An element that has no content and no end: <c>meta</c>, <c>link</c>.</summary>
    public static Markup Void(string tag, params (string Name, string? Value)[] attributes) => new(Opened(tag, attributes).ToString());

    /// <summary>Pieces one after the other, each on a line of its own.</summary>
    public static Markup Lines(IEnumerable<Markup> pieces) => new(string.Join('\n', pieces.Where(piece => !piece.IsEmpty).Select(piece => piece._markup)));

    /// <summary>Pieces one after the other.</summary>
    public static Markup Join(IEnumerable<Markup> pieces) => new(string.Concat(pieces.Select(piece => piece._markup)));

    /// <summary>Markup of this project's own, such as its stylesheet; never what a user gave.</summary>
    public static Markup Trusted(string markup) => new(markup);

    public override string ToString() => _markup ?? "";

    private static StringBuilder Opened(string tag, (string Name, string? Value)[] attributes)
    {
        var text = new StringBuilder("<").Append(tag);
        foreach ((string name, string? value) in attributes)
            if (value is not null) text.Append(' ').Append(name).Append("=\"").Append(HtmlText.Escape(value)).Append('"');
        return text.Append('>');
    }
}
