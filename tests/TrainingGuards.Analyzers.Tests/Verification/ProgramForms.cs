using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingGuards.Analyzers.Tests.Verification;

/// <summary>The forms that one program can be written in. Each rewrites a snippet into files that mean the same; null where it does not apply.</summary>
internal static class ProgramForms
{
    /// <summary>Every form, by name.</summary>
    public static IReadOnlyDictionary<string, Func<Compilation, SyntaxTree, IReadOnlyList<string>?>> All { get; } =
        new Dictionary<string, Func<Compilation, SyntaxTree, IReadOnlyList<string>?>>(StringComparer.Ordinal)
        {
            ["qualified names"] = (compilation, tree) => Qualified(compilation, tree, type => $"{type}."),
            ["aliases"] = Aliased,
            ["target-typed new"] = TargetTyped,
            ["block bodies"] = (_, tree) => WithBlockBodies(tree),
            ["expression bodies"] = (_, tree) => WithExpressionBodies(tree),
            ["a local function"] = (_, tree) => Wrapped(tree, body => $"void Run()\n{{\n{body}\n}}\nRun();\n"),
            ["a lambda"] = (_, tree) => Wrapped(tree, body => $"Action run = () =>\n{{\n{body}\n}};\nrun();\n"),
            ["a Main method"] = (_, tree) => Wrapped(tree, body => $"static class Entry\n{{\n    static void Main(string[] args)\n    {{\n{body}\n    }}\n}}\n"),
            ["two files"] = (_, tree) => InTwoFiles(tree),
            ["partial classes"] = (_, tree) => InParts(tree),
            ["generic modules"] = Generic,
        };

    private static List<string>? Aliased(Compilation compilation, SyntaxTree tree)
    {
        var aliases = new Dictionary<string, string>(StringComparer.Ordinal);
        List<string>? files = Qualified(compilation, tree, type =>
        {
            aliases.TryAdd(type, $"Alias{aliases.Count}");
            return $"{aliases[type]}.";
        });
        return files is null ? null : [string.Concat(aliases.Select(alias => $"using {alias.Value} = {alias.Key};\n")) + files[0]];
    }

    /// <summary>Puts the type, as <paramref name="prefix"/> writes it, before every name of a static member or nested type of torch.</summary>
    private static List<string>? Qualified(Compilation compilation, SyntaxTree tree, Func<string, string> prefix)
    {
        SemanticModel model = compilation.GetSemanticModel(tree);
        var insertions = new List<(int Position, string Text)>();
        foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            if (name.Parent is MemberAccessExpressionSyntax access && access.Name == name || name.Parent is QualifiedNameSyntax qualified && qualified.Right == name
                || name.Parent is NameColonSyntax or NameEqualsSyntax or MemberBindingExpressionSyntax || name.FirstAncestorOrSelf<UsingDirectiveSyntax>() is not null
                || name.Identifier.ValueText is "var" or "nameof" || (name is IdentifierNameSyntax plain && model.GetAliasInfo(plain) is not null))
            {
                continue;
            }
            ISymbol? symbol = model.GetSymbolInfo(name).Symbol;
            if (symbol is { ContainingType: { } type } and ({ IsStatic: true } or INamedTypeSymbol) && IsTorch(type) && symbol is not IMethodSymbol { MethodKind: MethodKind.ReducedExtension })
            {
                insertions.Add((name.SpanStart, prefix(type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat))));
            }
        }
        return insertions.Count == 0 ? null : [Edited(tree, insertions.Select(insertion => (insertion.Position, 0, insertion.Text)))];
    }

    private static bool IsTorch(INamedTypeSymbol type) => type.ContainingType is { } outer ? IsTorch(outer) : type is { Name: "torch", ContainingNamespace.Name: "TorchSharp" };

    private static List<string>? TargetTyped(Compilation compilation, SyntaxTree tree)
    {
        var edits = new List<(int, int, string)>();
        foreach (VariableDeclarationSyntax declaration in tree.GetRoot().DescendantNodes().OfType<VariableDeclarationSyntax>())
        {
            if (declaration.Variables is [{ Initializer.Value: ObjectCreationExpressionSyntax { ArgumentList: not null } creation }])
            {
                if (declaration.Type.IsVar)
                {
                    edits.Add((declaration.Type.SpanStart, declaration.Type.Span.Length, creation.Type.ToString()));
                }
                else if (compilation.GetSemanticModel(tree) is var model && !SymbolEqualityComparer.Default.Equals(model.GetTypeInfo(declaration.Type).Type, model.GetTypeInfo(creation).Type))
                {
                    continue;
                }
                edits.Add((creation.Type.FullSpan.Start, creation.Type.FullSpan.Length, ""));
            }
        }
        return edits.Count == 0 ? null : [Edited(tree, edits)];
    }

    private static List<string>? WithBlockBodies(SyntaxTree tree)
    {
        var edits = new List<(int, int, string)>();
        foreach (ArrowExpressionClauseSyntax arrow in tree.GetRoot().DescendantNodes().OfType<ArrowExpressionClauseSyntax>())
        {
            TypeSyntax? type = arrow.Parent switch
            {
                MethodDeclarationSyntax method when !method.Modifiers.Any(SyntaxKind.AsyncKeyword) => method.ReturnType,
                LocalFunctionStatementSyntax function when !function.Modifiers.Any(SyntaxKind.AsyncKeyword) => function.ReturnType,
                _ => null,
            };
            SyntaxToken semicolon = arrow.Parent!.GetLastToken();
            if ((type is not null || arrow.Parent is ConstructorDeclarationSyntax) && !arrow.Expression.DescendantNodesAndSelf().OfType<ArrowExpressionClauseSyntax>().Any() && arrow.Expression is not ThrowExpressionSyntax)
            {
                bool returns = type is not null && !type.IsKind(SyntaxKind.PredefinedType) || type is PredefinedTypeSyntax { Keyword.RawKind: not (int)SyntaxKind.VoidKeyword };
                edits.Add((arrow.SpanStart, semicolon.Span.End - arrow.SpanStart, $"{{ {(returns ? "return " : "")}{arrow.Expression}; }}"));
            }
        }
        return edits.Count == 0 ? null : [Edited(tree, edits)];
    }

    private static List<string>? WithExpressionBodies(SyntaxTree tree)
    {
        var edits = new List<(int, int, string)>();
        foreach (BlockSyntax block in tree.GetRoot().DescendantNodes().OfType<BlockSyntax>())
        {
            if (block is { Parent: MethodDeclarationSyntax or ConstructorDeclarationSyntax or LocalFunctionStatementSyntax, Statements: [var only] }
                && (only as ReturnStatementSyntax)?.Expression is var returned && (returned ?? (only as ExpressionStatementSyntax)?.Expression) is { } expression)
            {
                edits.Add((block.SpanStart, block.Span.Length, $"=> {expression};"));
            }
        }
        return edits.Count == 0 ? null : [Edited(tree, edits)];
    }

    private static List<string>? Wrapped(SyntaxTree tree, Func<string, string> wrap)
    {
        CompilationUnitSyntax unit = tree.GetCompilationUnitRoot();
        GlobalStatementSyntax[] statements = [.. unit.Members.OfType<GlobalStatementSyntax>()];
        if (statements.Length == 0 || statements.SelectMany(statement => statement.DescendantNodes()).Any(node => node is AwaitExpressionSyntax
            || node is ReturnStatementSyntax { Expression: not null } && !node.Ancestors().Any(outer => outer is LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax)))
        {
            return null;
        }
        string body = string.Concat(statements.Select(statement => statement.ToFullString())), types = string.Concat(unit.Members.Where(member => member is not GlobalStatementSyntax).Select(member => member.ToFullString()));
        return [$"{unit.Usings.ToFullString()}{wrap(body)}{types}"];
    }

    private static List<string>? InTwoFiles(SyntaxTree tree)
    {
        CompilationUnitSyntax unit = tree.GetCompilationUnitRoot();
        var types = unit.Members.OfType<BaseTypeDeclarationSyntax>().ToList();
        return types.Count == 0 || types.Count == unit.Members.Count && types.Count == 1 ? null
            : [unit.RemoveNodes(types.Skip(types.Count == unit.Members.Count ? 1 : 0), SyntaxRemoveOptions.KeepNoTrivia)!.ToFullString(),
                unit.Usings.ToFullString() + string.Concat(types.Skip(types.Count == unit.Members.Count ? 1 : 0).Select(type => type.ToFullString()))];
    }

    private static List<string>? InParts(SyntaxTree tree)
    {
        CompilationUnitSyntax unit = tree.GetCompilationUnitRoot();
        var edits = new List<(int, int, string)>();
        var parts = new List<string>();
        foreach (ClassDeclarationSyntax type in unit.Members.OfType<ClassDeclarationSyntax>())
        {
            var fields = type.Members.OfType<FieldDeclarationSyntax>().ToList();
            if (fields.Count == 0 || type.Modifiers.Any(SyntaxKind.PartialKeyword))
            {
                continue;
            }
            edits.Add((type.Keyword.SpanStart, 0, "partial "));
            edits.AddRange(fields.Select(field => (field.FullSpan.Start, field.FullSpan.Length, "")));
            parts.Add($"partial class {type.Identifier}{type.TypeParameterList}\n{{\n{string.Concat(fields.Select(field => field.ToFullString()))}}}\n");
        }
        return edits.Count == 0 ? null : [Edited(tree, edits), unit.Usings.ToFullString() + string.Concat(parts)];
    }

    private static List<string>? Generic(Compilation compilation, SyntaxTree tree)
    {
        SemanticModel model = compilation.GetSemanticModel(tree);
        TorchSymbols torch = TorchSymbols.Of(compilation)!;
        var modules = tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>()
            .Where(type => type.TypeParameterList is null && !type.Members.OfType<MethodDeclarationSyntax>().Any(method => method.Identifier.ValueText == "Main") && torch.IsModule(model.GetDeclaredSymbol(type)))
            .ToDictionary(type => (ISymbol)model.GetDeclaredSymbol(type)!, SymbolEqualityComparer.Default);
        if (modules.Count == 0)
        {
            return null;
        }
        IEnumerable<int> uses = tree.GetRoot().DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => !name.IsVar && model.GetSymbolInfo(name).Symbol is { } symbol && (modules.ContainsKey(symbol) || symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } && name.Parent is ObjectCreationExpressionSyntax && modules.ContainsKey(symbol.ContainingType)))
            .Select(name => name.Span.End);
        return [Edited(tree, modules.Values.Select(type => (type.Identifier.Span.End, 0, "<TMarker>")).Concat(uses.Select(end => (end, 0, "<int>"))))];
    }

    private static string Edited(SyntaxTree tree, IEnumerable<(int Start, int Length, string Text)> edits)
    {
        string text = tree.ToString();
        foreach ((int start, int length, string replacement) in edits.OrderByDescending(edit => edit.Start).ThenByDescending(edit => edit.Length))
        {
            text = text.Remove(start, length).Insert(start, replacement);
        }
        return text;
    }
}
