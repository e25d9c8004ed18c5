namespace TrainingGuards.Packages.Tests.Commands;

/// <summary>Those who follow the pages, each once for all tests that look at what came of it.</summary>
[CollectionDefinition(nameof(Readers))]
#pragma warning disable CA1711 // It is what xunit calls a collection.
public sealed class Readers : ICollectionFixture<GuardProjects>, ICollectionFixture<LanguageModelProject>, ICollectionFixture<Machines>;
