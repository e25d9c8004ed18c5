using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// The tensors that one operation makes on its way to its result. They are the operation's own: not counted, in nobody's
/// dispose scope, and disposed when it returns, so that a user sees one new tensor where the native library makes one.
/// </summary>
internal sealed class Temporaries : IDisposable
{
    [ThreadStatic] private static Temporaries? current;

    private readonly Temporaries? outer = current;
    private List<Tensor>? made;
    private List<Tensor>? kept;

    private Temporaries()
    {
    }

    internal static Temporaries? Current => current;

    internal static Temporaries Enter() => current = new Temporaries();

    /// <summary>Until it is disposed, tensors are their makers' own again: for a user's code that an operation calls.</summary>
    internal static IDisposable Leave() => new Outside();

    internal void Add(Tensor temporary) => (made ??= []).Add(temporary);

    internal Tensor Keep(Tensor result)
    {
        (kept ??= []).Add(result);
        return result;
    }

    public void Dispose()
    {
        current = outer;
        if (made is null) return;
        foreach (Tensor tensor in made)
        {
            if (IsKept(tensor)) tensor.Publish(outer);
            else tensor.Dispose();
        }
    }

    private bool IsKept(Tensor tensor)
    {
        foreach (Tensor result in kept ?? [])
        {
            if (ReferenceEquals(result, tensor)) return true;
        }
        return false;
    }

    private sealed class Outside : IDisposable
    {
        private readonly Temporaries? inside = current;

        internal Outside() => current = null;

        public void Dispose() => current = inside;
    }
}
