using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A module as far as it is known: its type, and the expression that made it.</summary>
/// <param name="type">The type, certain when <paramref name="creation"/> is known, else a base of what it really is.</param>
/// <param name="creation">The constructor call or the call of a factory such as nn.Linear(…).</param>
/// <param name="body">The body that <paramref name="creation"/> stands in.</param>
/// <param name="isChanged">Whether layers are appended later.</param>
internal sealed class ModuleValue(INamedTypeSymbol type, IOperation? creation, MethodBody? body, bool isChanged = false)
{
    public INamedTypeSymbol Type { get; } = type;

    public IOperation? Creation { get; } = creation;

    public MethodBody? Body { get; } = body;

    public bool IsChanged { get; } = isChanged;

    public ModuleValue Changed() => new(Type, Creation, Body, isChanged: true);
}
