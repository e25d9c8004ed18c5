namespace TorchSharp.Modules;

/// <summary>A module that declares that it has no parameters and no buffers.</summary>
public interface IParameterLessModule;
