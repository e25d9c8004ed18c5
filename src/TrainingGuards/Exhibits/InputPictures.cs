using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Exhibits;

/// <summary>The inputs of some examples as pictures where they are images, tables or signals, and as words where they are tokens.</summary>
internal static class InputPictures
{
    private const int Tokens = 24;

    /// <summary>A sheet for each input that can be drawn: images and signals one by one, a table as one picture with a row an example.</summary>
    /// <param name="inputs">The inputs, each of shape <c>[examples, …]</c>.</param>
    /// <param name="size">How many examples there are.</param>
    /// <param name="captions">What is said of each example.</param>
    /// <param name="largest">The most pixels down and across.</param>
    public static IEnumerable<ImageSheet> Sheets(Tensors inputs, long size, IReadOnlyList<string> captions, int largest = TensorImage.Largest)
    {
        ImageSheet Sheet(string name, Tensor images, IReadOnlyList<string> said) => SheetPixels.Of(name, images, said, centred: false, largest);
        for (int i = 0; i < inputs.Count; i++)
        {
            Tensor input = inputs[i];
            string name = inputs.NameOf(i, "input");
            if (input.dim() is < 2 or > 5 || input.shape[0] != size || input.numel() == 0 || input.is_complex() || AreTokens(input)) continue;
            using var scope = NewDisposeScope();
            if (input.dim() is 3 or 4) yield return Sheet(name, input, captions);
            else if (input.dim() == 5)
            {
                long middle = input.shape[2] / 2;
                yield return WithNote(Sheet(name, input.select(2, middle), captions), $"slice {Numbers.Text(middle)} of {Numbers.Text(input.shape[2])}");
            }
            else
            {
                long rows = Math.Min(size, TensorImage.Largest);
                yield return WithNote(Sheet(name, input.narrow(0, 0, rows).unsqueeze(0), [$"examples 0 to {Numbers.Text(rows - 1)}"]), $"a row is an example, a column one of {Numbers.Text(input.shape[1])} features");
            }
        }
    }

    /// <summary>The tokens of each example: the first 24.</summary>
    public static IEnumerable<string> Words(Tensors inputs, long size, IReadOnlyList<string> captions)
    {
        for (int i = 0; i < inputs.Count; i++)
        {
            if (!AreTokens(inputs[i]) || inputs[i].shape[0] != size) continue;
            using var scope = NewDisposeScope();
            Tensor rows = inputs[i].detach().reshape(size, -1);
            int count = (int)Math.Min(captions.Count, size), shown = (int)Math.Min(rows.shape[1], Tokens);
            long[] tokens = HostNumbers.Integers(rows.narrow(0, 0, count).narrow(1, 0, shown));
            for (int row = 0; row < count; row++)
                yield return $"{captions[row]}, {inputs.NameOf(i, "input")}: {string.Join(' ', tokens.Skip(row * shown).Take(shown).Select(Numbers.Whole))}{(rows.shape[1] > shown ? " …" : "")}";
        }
    }

    // Bytes of images have a height and a width.
    private static bool AreTokens(Tensor input) => input.dim() is 1 or 2 && !input.is_floating_point() && input.dtype != ScalarType.Bool;

    private static ImageSheet WithNote(ImageSheet sheet, string note) => sheet with { Note = sheet.Note.Length == 0 ? note : $"{note}; {sheet.Note}" };
}
