using TrainingGuards.Analyzers.Shapes;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Shapes;

public sealed class NanComparisonTests
{
    [Theory]
    [InlineData("x == double.NaN", "false")]
    [InlineData("x == float.NaN", "false")]
    [InlineData("float.NaN == x", "false")]
    [InlineData("x != double.NaN", "true")]
    [InlineData("x.eq(double.NaN)", "false")]
    [InlineData("x.ne(double.NaN)", "true")]
    [InlineData("x.eq(torch.tensor(float.NaN))", "false")]
    [InlineData("x == torch.full(2, double.NaN)", "false")]
    [InlineData("torch.eq(x, torch.tensor(double.NaN))", "false")]
    [InlineData("x == 0.0 / 0.0", "false")]
    public Task A_tensor_that_is_compared_with_NaN_is_flagged(string comparison, string answer) => Verify<NanComparison>.Flags(
        $"var x = ones(2); var found = [|{comparison}|];",
        $"'{comparison}' is {answer} everywhere whatever 'x' is, for nothing equals NaN, not even NaN. Ask with isnan().");

    [Theory]
    [InlineData("const double None = double.NaN; var found = [|x == None|];")]
    [InlineData("var none = double.NaN; var found = [|x == none|];")]
    [InlineData("var none = torch.tensor(double.NaN); var found = [|x.eq(none)|];")]
    [InlineData("if (([|x == float.NaN|]).any().item<bool>()) throw new InvalidOperationException();")]
    [InlineData("x[[|x == float.NaN|]] = 0;")]
    [InlineData("x = torch.where([|x.ne(float.NaN)|], x, zeros_like(x));")]
    [InlineData("var bad = new[] { x }.Where(t => ([|t == double.NaN|]).any().item<bool>());")]
    public Task Wherever_the_NaN_comes_from_it_is_flagged(string code) => Verify<NanComparison>.Flags("var x = ones(2); " + code);

    [Theory]
    [InlineData("if ([|loss.item<float>() == float.NaN|]) return;", "loss.item<float>() == float.NaN", "false", "item(…)", "float")]
    [InlineData("var value = loss.item<float>(); if ([|value == float.NaN|]) return;", "value == float.NaN", "false", "value", "float")]
    [InlineData("var value = loss.ToSingle(); if ([|value != double.NaN|]) return;", "value != double.NaN", "true", "value", "float")]
    [InlineData("double value = loss.item<double>() / 3 + 1; if ([|double.NaN == value|]) return;", "double.NaN == value", "false", "value", "double")]
    [InlineData("double total = 0; for (int i = 0; i < 3; i++) total += loss.ToDouble(); if ([|total == double.NaN|]) return;", "total == double.NaN", "false", "total", "double")]
    [InlineData("if ([|(float)loss == float.NaN|]) return;", "(float)loss == float.NaN", "false", "(float)loss", "float")]
    [InlineData("if ([|loss.data<float>()[0] == float.NaN|]) return;", "loss.data<float>()[0] == float.NaN", "false", "this[]", "float")]
    [InlineData("if ([|Math.Abs(loss.item<double>()) == double.NaN|]) return;", "Math.Abs(loss.item<double>()) == double.NaN", "false", "Abs(…)", "double")]
    public Task A_number_that_is_read_out_of_a_tensor_is_flagged(string code, string comparison, string answer, string value, string type) => Verify<NanComparison>.Flags(
        $"class C {{ void M(Tensor loss) {{ {code} }} }}",
        $"'{comparison}' is {answer} whatever '{value}' is, for nothing equals NaN, not even NaN. Ask with {type}.IsNaN.");

    [Fact]
    public Task Through_methods_parameters_and_fields_it_is_flagged() => Verify<NanComparison>.Flags(
        """
        class Trainer(Linear model, optim.Optimizer optimizer)
        {
            private float last;

            public void Train(Tensor x)
            {
                float loss = Step(x);
                if ([|loss == float.NaN|])
                {
                    return;
                }
                last = loss;
                Report(loss);
            }

            private float Step(Tensor x)
            {
                optimizer.zero_grad();
                var loss = model.call(x).mean();
                loss.backward();
                optimizer.step();
                return loss.item<float>();
            }

            public bool Failed => [|last == float.NaN|];

            private static void Report(double loss)
            {
                if ([|loss == double.NaN|]) Console.WriteLine("NaN");
            }
        }
        """);

    [Theory]
    [InlineData("var found = x.isnan();")]
    [InlineData("var found = double.IsNaN(x.sum().item<double>());")]
    [InlineData("var found = x.sum().item<float>().Equals(float.NaN);")]
    [InlineData("var found = x.sum().item<float>() is float.NaN;")]
    [InlineData("var found = x == 0;")]
    [InlineData("var found = x.eq(double.PositiveInfinity);")]
    [InlineData("var found = x != x;")]
    [InlineData("double best = double.NaN; best = x.sum().item<double>(); var found = x == best;")]
    [InlineData("var found = x.nan_to_num(double.NaN);")]
    [InlineData("x.fill_(double.NaN); var y = torch.full(2, double.NaN); var found = x.isclose(y);")]
    [InlineData("var found = x.shape[0] == 3;")]
    public Task What_asks_otherwise_is_silent(string code) => Verify<NanComparison>.Silent("var x = ones(2); " + code);

    [Theory]
    [InlineData("double price = args.Length; if (price == double.NaN) return;")]
    [InlineData("float Rate() => 0.1f; if (Rate() == float.NaN) return;")]
    [InlineData("double rate = 0.1; ones(2).print(); if (double.NaN != rate) return;")]
    public Task Numbers_that_are_of_no_tensor_are_left_to_CA2242(string code) => Verify<NanComparison>.Silent(code);

    [Fact]
    public Task Operators_of_the_users_own_are_silent() => Verify<NanComparison>.Silent("""
        #pragma warning disable CS0660, CS0661
        record struct Metric(Tensor Value)
        {
            public static bool operator ==(Metric one, double other) => double.IsNaN(other) && one.Value.isnan().any().item<bool>();
            public static bool operator !=(Metric one, double other) => !(one == other);
            public Tensor eq(double other) => Value;
        }

        class C
        {
            bool M(Metric metric) => metric == double.NaN || metric.eq(double.NaN).any().item<bool>();
        }
        """);

    [Theory]
    [InlineData("var x = ones(2); var z = x == double.;")]
    [InlineData("var y = x == double.NaNN;")]
    [InlineData("double v = v; var y = v == double.NaN; var n = n; var z = v == n;")]
    public Task Code_that_does_not_compile_is_left_alone(string code) => Verify<NanComparison>.SilentOnBroken(code);

    [Theory]
    [InlineData("var y = [|x == double.NaN|];", "var y = x.isnan();")]
    [InlineData("var y = [|x * 2 == double.NaN|];", "var y = (x * 2).isnan();")]
    [InlineData("var y = [|double.NaN != x|];", "var y = x.isnan().logical_not();")]
    [InlineData("var y = ([|x == float.NaN|]).any(); // any?", "var y = x.isnan().any(); // any?")]
    [InlineData("var y = [|x.ne(float.NaN)|].all();", "var y = x.isnan().logical_not().all();")]
    [InlineData("var y = [|torch.eq(x, torch.tensor(float.NaN))|];", "var y = x.isnan();")]
    [InlineData("var y = [|x.item<float>() == float.NaN|];", "var y = float.IsNaN(x.item<float>());")]
    [InlineData("var y = [|(x.item<double>()) != double.NaN|];", "var y = !double.IsNaN(x.item<double>());")]
    [InlineData("var v = x.item<float>(); while ([|v == double.NaN|]) { }", "var v = x.item<float>(); while (float.IsNaN(v)) { }")]
    public Task The_fix_asks_whether_it_is_NaN(string flagged, string cured) =>
        Verify<NanComparison>.Fixes("var x = ones(2); " + flagged, "var x = ones(2); " + cured);

    [Fact]
    public Task What_writes_its_answer_into_the_tensor_has_no_fix() => Verify<NanComparison>.HasNoFix("var x = ones(2); [|x.eq_(double.NaN)|];");
}
