namespace TrainingGuards.Decoding;

/// <summary>What labelled examples, the nearer the louder, say of the label of another one.</summary>
/// <param name="Example">The position of that example.</param>
/// <param name="Label">Its own label.</param>
/// <param name="Vote">The label that they say.</param>
/// <param name="Lead">By how much that one leads the next, as a share of all votes.</param>
internal sealed record NeighbourVote(int Example, double Label, double Vote, double Lead)
{
    /// <summary>Whether they say its own label.</summary>
    public bool Agrees => Label.Equals(Vote);
}
