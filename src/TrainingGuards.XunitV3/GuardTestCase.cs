using System.ComponentModel;
using Xunit.Sdk;
using Xunit.v3;

namespace TrainingGuards.Xunit;

/// <summary>One row of a theory over checks, known by its number: rows are enumerated again as it runs.</summary>
public sealed class GuardTestCase : XunitDelayEnumeratedTheoryTestCase
{
    private int _row;

    /// <summary>For xunit's deserialisation alone.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("xunit calls it to deserialise a test case")]
    public GuardTestCase()
    {
    }

    internal GuardTestCase(IXunitTestMethod testMethod, string displayName, string uniqueId, int row, XunitDelayEnumeratedTheoryTestCase theory)
        : base(
            testMethod, displayName, uniqueId, theory.Explicit, theory.SkipTestWithoutData, theory.SkipExceptions, theory.SkipReason, theory.SkipType, theory.SkipUnless, theory.SkipWhen,
            theory.Traits, theory.SourceFilePath, theory.SourceLineNumber, theory.Timeout) => _row = row;

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyCollection<IXunitTest>> CreateTests()
    {
        IReadOnlyCollection<IXunitTest> rows = await base.CreateTests().ConfigureAwait(false);
        IXunitTest row = rows.ElementAt(_row);
        // The row's own name is that of its case with what the check is behind it, which the case has already.
        return [new XunitTest(this, row.TestMethod, row.Explicit, row.SkipReason, row.SkipType, row.SkipUnless, row.SkipWhen, TestCaseDisplayName, testIndex: 0, row.Traits, row.Timeout, row.TestMethodArguments)];
    }

    /// <inheritdoc/>
    protected override void Serialize(IXunitSerializationInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        base.Serialize(info);
        info.AddValue(nameof(_row), _row);
    }

    /// <inheritdoc/>
    protected override void Deserialize(IXunitSerializationInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        base.Deserialize(info);
        _row = info.GetValue<int>(nameof(_row));
    }
}
