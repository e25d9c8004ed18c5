namespace TrainingGuards.Monitoring;

/// <summary>What one check sees of one training, in memory that does not grow with it.</summary>
public abstract class Watch
{
    /// <summary>What the watch wants to be told of the steps that are looked into.</summary>
    public abstract Detail Wants { get; }

    /// <summary>Takes in a step. The steps come in order; <see cref="StepSample.Parameters"/> and the like are there in those that are looked into.</summary>
    public abstract void See(StepSample sample);

    /// <summary>Takes in an evaluation on the validation examples, made after the steps so far.</summary>
    public virtual void SeeValidation(ValidationSample sample)
    {
    }

    /// <summary>What has been found so far; asked after each step that is looked into, after every step where losses are all that is wanted, and at the end.</summary>
    /// <param name="finished">Whether the training is over: some claims are about all of it.</param>
    public abstract Findings Findings(bool finished);
}
