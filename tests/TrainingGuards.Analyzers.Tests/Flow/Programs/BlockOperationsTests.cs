using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class BlockOperationsTests
{
    private const string Code = "int sum = 0; void Add(int x) { sum += x; } Func<int, int> twice = x => x * 2; Add(twice(3)); [|Add(4)|];";

    [Theory]
    [InlineData(OperationKind.Invocation)]
    [InlineData(OperationKind.CompoundAssignment)]
    [InlineData(OperationKind.Binary)]
    [InlineData(OperationKind.VariableDeclarator)]
    public async Task Every_operation_of_a_kind_is_found_in_lambdas_and_local_functions_too(OperationKind kind)
    {
        IOperation root = (await MarkedProgram.In(Code)).Body.Root;
        IOperation[] expected = [.. root.DescendantsAndSelf().Where(operation => operation.Kind == kind)];
        Assert.NotEmpty(expected);
        Assert.Equal(expected, BlockOperations.Of([root]).Of(kind));
    }

    [Fact]
    public async Task Of_a_kind_that_does_not_occur_there_is_none()
    {
        IOperation root = (await MarkedProgram.In(Code)).Body.Root;
        Assert.Empty(BlockOperations.Of([root]).Of(OperationKind.Try));
    }

    [Fact]
    public async Task A_kind_that_is_not_kept_is_an_error_that_says_what_to_do()
    {
        IOperation root = (await MarkedProgram.In(Code)).Body.Root;
        ArgumentException error = Assert.Throws<ArgumentException>(() => BlockOperations.Of([root]).Of(OperationKind.Literal));
        Assert.Contains("Literal", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(BlockOperations), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_is_walked_once()
    {
        IOperation root = (await MarkedProgram.In(Code)).Body.Root;
        Assert.Same(BlockOperations.Of([root]), BlockOperations.Of([root]));
    }
}
