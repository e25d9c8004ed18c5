using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Suppressors;

/// <summary>TGS003: the members and parameters of a module are named as TorchSharp names its own: in_channels, forward.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TorchStyleName() : TorchSuppressor(
    SuppressorIds.TorchStyleName,
    "The members and parameters of a module are named as torch names its own, by whose names a state_dict is matched.",
    "CA1707", "IDE1006")
{
    // A match of a name takes no time worth a limit, but what is asked for has one.
    private static readonly Regex Style = new("^_?[a-z][a-z0-9]*(_[a-z0-9]+)*$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    private protected override bool IsUnfounded(SyntaxNode node, TorchProgram program)
    {
        SemanticModel model = program.Bodies.ModelOf(node.SyntaxTree);
        ISymbol? symbol = node is MethodDeclarationSyntax or PropertyDeclarationSyntax or VariableDeclaratorSyntax or ParameterSyntax or LocalFunctionStatementSyntax
            ? model.GetDeclaredSymbol(node)
            : null;
        return symbol is { Name: var name, ContainingType: { } type } && program.Torch.IsModule(type) && Style.IsMatch(name);
    }
}
