namespace TrainingGuards.Analyzers;

/// <summary>The id of every suppressor, by its name.</summary>
internal static class SuppressorIds
{
    public const string DisposedByModule = "TGS001";
    public const string DisposedByScope = "TGS002";
    public const string TorchStyleName = "TGS003";
}
