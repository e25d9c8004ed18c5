using static TorchSharp.torch;

namespace SeededFailures.Programs;

/// <summary>Digits of 8 × 8 pixels, from 0 to 255, drawn with torch's generator: shifted, of different strength, in noise.</summary>
internal static class DigitImages
{
    private static readonly string[] Glyphs =
    [
        ".###.#...##...##...##...##...#.###.", "..#...##....#....#....#....#...###.", ".###.#...#....#...#...#...#...#####", "####.....#....#.###.....#....#####.", "...#...##..#.#.#..#.#####...#....#.",
        "######....####.....#....##...#.###.", ".###.#....#....####.#...##...#.###.", "#####....#...#...#....#...#....#...", ".###.#...##...#.###.#...##...#.###.", ".###.#...##...#.####....#....#.###.",
    ];

    /// <summary>Pixels [count, 1, 8, 8] and what they show [count].</summary>
    public static (Tensor Pixels, Tensor Labels) Draw(long count)
    {
        Tensor glyphs = zeros([10, 8, 1, 8, 8]);
        for (int digit = 0; digit < 10; digit++)
            for (int shift = 0; shift < 8; shift++)
                for (int at = 0; at < 35; at++)
                    if (Glyphs[digit][at] == '#') glyphs[digit, shift, 0, (at / 5) + (shift / 4), (at % 5) + (shift % 4)] = 1f;
        Tensor labels = randint(10, count, dtype: ScalarType.Int64);
        Tensor drawn = glyphs.view(80, 1, 8, 8).index_select(0, (labels * 8) + randint(8, count, dtype: ScalarType.Int64));
        Tensor strength = 100 + (120 * rand(count, 1, 1, 1));
        return (((strength * drawn) + (36 * randn(count, 1, 8, 8))).clamp(0, 255), labels);
    }
}
