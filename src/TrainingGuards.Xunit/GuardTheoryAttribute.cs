using Xunit;
using Xunit.Sdk;

namespace TrainingGuards.Xunit;

/// <summary>A theory over checks: one that does not concern the setup is reported as skipped, with its reason, where a plain theory would fail.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("TrainingGuards.Xunit." + nameof(GuardTheoryDiscoverer), "TrainingGuards.Xunit")]
public sealed class GuardTheoryAttribute : TheoryAttribute;
