using TrainingGuards.Analyzers.Shapes;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Shapes;

public sealed class IntegerDivisionInMetricTests
{
    [Theory]
    [InlineData("double accuracy = [|correct / total|];", "double")]
    [InlineData("float accuracy = [|correct / total|];", "float")]
    [InlineData("decimal accuracy = [|correct / total|];", "decimal")]
    [InlineData("var accuracy = (double)([|correct / total|]);", "double")]
    [InlineData("var accuracy = [|correct / total|] * 100.0;", "double")]
    [InlineData("var accuracy = 100 * ([|correct / total|]);", "double")]
    [InlineData("var accuracy = 100f * ([|correct / total|]);", "float")]
    [InlineData("var accuracy = Math.Round((double)([|correct / total|]), 2);", "double")]
    [InlineData("double Accuracy() { return [|correct / total|]; } Accuracy();", "double")]
    [InlineData("Console.WriteLine($\"Accuracy {[|correct / total|]}\");", "double")]
    [InlineData("Console.WriteLine($\"Accuracy {[|correct / total|]:P2}\");", "double")]
    [InlineData("Console.WriteLine(\"Accuracy {0}\", [|correct / total|]);", "double")]
    [InlineData("Console.WriteLine(\"Accuracy \" + [|correct / total|]);", "double")]
    [InlineData("Console.WriteLine(([|correct / total|]).ToString(\"0.000\"));", "double")]
    [InlineData("var accuracy = [|correct / total|]; Console.WriteLine($\"{accuracy:P}\");", "double")]
    [InlineData("var accuracy = [|correct / total|]; double percent = accuracy * 100.0;", "double")]
    [InlineData("double perBatch = [|correct / batches|];", "double")]
    [InlineData("Console.WriteLine($\"{[|correct / batches|]:F2}\");", "double")]
    public Task A_share_that_becomes_a_number_with_a_fraction_is_flagged(string code, string type) => Verify<IntegerDivisionInMetric>.Flags(
        In("correct += (model.call(x).argmax(1) == y).sum().item<long>();", code),
        $"'correct / {(code.Contains("batches", StringComparison.Ordinal) ? "batches" : "total")}' divides integers and drops the fraction, so the share of right predictions is lost. Divide '({type})correct' instead.");

    [Theory]
    [InlineData("correct += model.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData("correct += torch.eq(model.call(x).argmax(1), y).sum().ToInt32();")]
    [InlineData("var p = model.call(x).argmax(1); var right = p.eq(y); correct += right.sum().cpu().ToInt64();")]
    [InlineData("correct = correct + (long)(model.call(x).argmax(1) == y).count_nonzero();")]
    [InlineData("var right = (model.call(x) > 0.5) == y; correct += right.to(int64).sum().item<long>();")]
    [InlineData("correct += ((model.call(x) == 1) & (y == 1)).sum().item<long>();")]
    [InlineData("if (model.call(x).argmax().item<long>() == y.item<long>()) { correct++; }")]
    [InlineData("var best = model.call(x).argmax().item<long>(); var label = y.item<long>(); if (best == label) correct += 1;")]
    [InlineData("correct += model.call(x).argmax().item<long>() == y.item<long>() ? 1 : 0;")]
    [InlineData("correct += Right(model.call(x), y); long Right(Tensor output, Tensor labels) => output.argmax(1).eq(labels).sum().item<long>();")]
    public Task However_the_right_ones_are_counted_it_is_flagged(string step) =>
        Verify<IntegerDivisionInMetric>.Flags(In(step, "double accuracy = [|correct / total|];"));

    [Fact]
    public Task Over_methods_fields_and_files_it_is_flagged_and_pointed_at() => Verify<IntegerDivisionInMetric>.Points("""
        class Evaluation(Linear model)
        {
            private long correct;
            private int seen;

            private double Accuracy => Share(correct, seen);

            public double Of(IEnumerable<(Tensor, Tensor)> batches)
            {
                correct = 0;
                foreach (var (x, y) in batches)
                {
                    Add(model.call(x).argmax(1).eq(y));
                    seen += (int)y.shape[0];
                }
                return Accuracy;
            }

            private void Add(Tensor right) => correct += Count(right);

            private static long Count(Tensor right) => (right == 1).sum().item<long>();

            private static double Share(long part, long whole) => [|part / whole|];
        }
        """, "(right == 1).sum().item<long>()");

    [Theory]
    [InlineData("double accuracy = (double)correct / total;")]
    [InlineData("double accuracy = correct / (double)total;")]
    [InlineData("double accuracy = 1.0 * correct / total;")]
    [InlineData("double accuracy = 100.0 * correct / total;")]
    [InlineData("double accuracy = (correct + 0.0) / total;")]
    [InlineData("long percent = 100 * correct / total;")]
    [InlineData("long percent = correct * 100 / total; Console.WriteLine($\"{percent} %\");")]
    [InlineData("long rounds = correct / total; Console.WriteLine(new int[rounds]);")]
    [InlineData("Console.WriteLine(correct / batches);")]
    [InlineData("Console.WriteLine($\"{correct / total:D3}\" + (correct / total).ToString(\"X\") + $\"{correct / batches:F0}\");")]
    [InlineData("double steps = total / batches;")]
    [InlineData("double steps = total / 32; Console.WriteLine($\"{total / batches:F1}\");")]
    [InlineData("double rest = correct % total;")]
    [InlineData("var accuracy = torch.tensor(correct) / total; accuracy.print();")]
    [InlineData("if (correct / total == 1) Console.WriteLine(\"all\");")]
    public Task Other_divisions_are_silent(string code) => Verify<IntegerDivisionInMetric>.Silent(
        In("correct += (model.call(x).argmax(1) == y).sum().item<long>();", code));

    [Theory]
    [InlineData("correct += model.call(x).argmax(1).sum().item<long>();")]
    [InlineData("correct += model.call(x).shape[0];")]
    [InlineData("correct += (long)model.call(x).mean().item<float>();")]
    [InlineData("correct += (model.call(x).argmax(1) == y).sum().item<long>(); correct *= 1000;")]
    [InlineData("correct += (model.call(x).argmax(1) == y).sum().item<long>(); Change(ref correct); void Change(ref long count) => count += 1000;")]
    [InlineData("if (x.shape[0] == y.shape[0]) correct++;")]
    [InlineData("correct += x.shape[0] > 3 ? 1 : 0;")]
    [InlineData("for (int i = 0; i < 3; i++) correct += i;")]
    public Task What_is_not_certainly_a_count_of_right_predictions_is_silent(string step) =>
        Verify<IntegerDivisionInMetric>.Silent(In(step, "double share = correct / total;"));

    [Fact]
    public Task Numbers_of_no_tensor_are_silent() => Verify<IntegerDivisionInMetric>.Silent("""
        class Quiz
        {
            public double Score(int[] answers, int[] expected)
            {
                int correct = 0;
                for (int i = 0; i < answers.Length; i++)
                {
                    if (answers[i] == expected[i]) correct++;
                }
                return correct / answers.Length;
            }

            public double Pages(long rows, int size) => rows / size;
        }
        """);

    [Theory]
    [InlineData("long c = 0; double a = c / ;")]
    [InlineData("long c = c + 1; double a = c / d;")]
    [InlineData("var c = ones(2).eq(1).sum().itm<long>(); double a = c / 2;")]
    public Task Code_that_does_not_compile_is_left_alone(string code) => Verify<IntegerDivisionInMetric>.SilentOnBroken(code);

    [Theory]
    [InlineData("double accuracy = [|correct / total|]; // so far", "double accuracy = (double)correct / total; // so far")]
    [InlineData("float accuracy = [|correct / total|];", "float accuracy = (float)correct / total;")]
    [InlineData("var accuracy = 100 * ([|correct / total|]); Console.WriteLine($\"{accuracy:F1} %\");", "var accuracy = 100 * ((double)correct / total); Console.WriteLine($\"{accuracy:F1} %\");")]
    [InlineData("Console.WriteLine($\"{[|correct / total|]:P2}\");", "Console.WriteLine($\"{(double)correct / total:P2}\");")]
    [InlineData("var accuracy = [|correct / total|]; Console.WriteLine($\"{accuracy:P}\");", "var accuracy = (double)correct / total; Console.WriteLine($\"{accuracy:P}\");")]
    [InlineData("double accuracy = [|(correct + correct) / total|];", "double accuracy = (double)(correct + correct) / total;")]
    public Task The_fix_casts_the_numerator(string flagged, string cured)
    {
        const string Step = "correct += (model.call(x).argmax(1) == y).sum().item<long>();";
        return Verify<IntegerDivisionInMetric>.Fixes(In(Step, flagged), In(Step, cured));
    }

    [Theory]
    [InlineData("long percent = [|correct / total|] * 100;")]
    [InlineData("var share = [|correct / total|]; long kept = share; Console.WriteLine($\"{share:P}\");")]
    [InlineData("long share = [|correct / total|]; Console.WriteLine($\"{share:P}\");")]
    public Task Where_an_integer_is_asked_for_there_is_no_fix(string code) =>
        Verify<IntegerDivisionInMetric>.HasNoFix(In("correct += (model.call(x).argmax(1) == y).sum().item<long>();", code));

    private static string In(string step, string code) => $$"""
        var model = nn.Linear(4, 3);
        long correct = 0, total = 0, batches = 0;
        foreach (var (x, y) in new[] { (rand(8, 4), zeros(8, int64)) })
        {
            {{step}}
            total += y.shape[0];
            batches++;
        }
        {{code}}
        """;
}
