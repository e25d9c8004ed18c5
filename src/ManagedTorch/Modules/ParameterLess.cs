namespace TorchSharp.Modules;

/// <summary>What a module without parameters refuses to hold.</summary>
internal static class ParameterLess
{
    public static InvalidOperationException Refusal(string component, string name) =>
        new($"The {component} {name} cannot be registered: the module is declared to have no parameters.");

    public static void Require(torch.nn.Module submodule)
    {
        if (submodule is not IParameterLessModule)
        {
            throw new InvalidOperationException("The submodules of a module without parameters must have none either.");
        }
    }
}
