namespace TrainingGuards;

/// <summary>Marks an exception as a failed assertion: xunit v3 recognises the interface by its name and reports a failure, not an error.</summary>
public interface IAssertionException;
