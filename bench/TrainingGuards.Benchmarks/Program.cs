using DigitClassifier;
using TrainingGuards.Benchmarks;

int rounds = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 40;
MonitorCost.MeasureUnlooked(blocks: 200);
Console.WriteLine("| net | parameters | a step | a look, by the clock | by the monitor's own account | clock over account |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
MonitorCost.MeasureLooks("`DigitNet`", () => new DigitNet(), rounds, stepsPerBlock: 20);
MonitorCost.MeasureLooks("ten times larger", () => new WideNet(), rounds, stepsPerBlock: 10);
Console.WriteLine("| net | parameters | a step | watched, by the clock | by processor time | the monitor's own account | steps looked into |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
MonitorCost.Measure("`DigitNet`", () => new DigitNet(), rounds, stepsPerBlock: 40);
MonitorCost.Measure("the same, and nobody watches", () => new DigitNet(), rounds, stepsPerBlock: 40, watches: false);
MonitorCost.Measure("ten times larger", () => new WideNet(), rounds, stepsPerBlock: 10);
