using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>Modules that are called one after the other; what one returns is disposed once the next has read it.</summary>
        public class Sequential : nn.Module<Tensor, Tensor>
        {
            private readonly Chain<nn.IModule<Tensor, Tensor>> chain = new();

            protected Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules) : base(Chain.ModuleName) =>
                chain.AddRange(modules.Select(module => (module.name, (nn.IModule<Tensor, Tensor>)module.submodule)));

            protected Sequential(params nn.Module<Tensor, Tensor>[] modules) : base(Chain.ModuleName) => chain.AddRange(modules);

            internal Sequential(IEnumerable<(string, nn.IModule<Tensor, Tensor>)> links) : base(Chain.ModuleName) => chain.AddRange(links);

            internal Sequential(IEnumerable<nn.IModule<Tensor, Tensor>> links) : base(Chain.ModuleName) => chain.AddRange(links);

            public int Count => chain.Count;

            [IndexerName("SequentialItems")]
            public nn.IModule<Tensor, Tensor> this[int index] => chain[index];

            [IndexerName("SequentialItems")]
            public Sequential this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

            [IndexerName("SequentialItems")]
            public Sequential this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

            public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
            {
                chain.Add(name, module);
                return this;
            }

            public Sequential append(nn.IModule<Tensor, Tensor> module)
            {
                chain.Add(module);
                return this;
            }

            public override Tensor forward(Tensor tensor)
            {
                if (Count == 0)
                {
                    return tensor.alias();
                }
                Tensor result = chain[0].call(tensor);
                for (int i = 1; i < Count; i++)
                {
                    Tensor input = result;
                    result = chain[i].call(input);
                    input.Dispose();
                }
                return result;
            }

            internal override IEnumerable<(string name, nn.Module module)> Links => chain.Named;

            private Sequential Slice(int start, int end) => new(chain.Range(start, end));
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Sequential Sequential() => new(Array.Empty<Module<Tensor, Tensor>>().AsEnumerable());

            public static Modules.Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) =>
                Sequential(modules.AsEnumerable());

            public static Modules.Sequential Sequential(params Module<Tensor, Tensor>[] modules) => Sequential(modules.AsEnumerable());

            public static Modules.Sequential Sequential(params Tuple<string, Module<Tensor, Tensor>>[] modules) => Sequential(modules.AsEnumerable());

            public static Modules.Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules) =>
                new(modules.Select(module => (module.name, (IModule<Tensor, Tensor>)module.submodule)));

            public static Modules.Sequential Sequential(IEnumerable<Tuple<string, Module<Tensor, Tensor>>> modules) =>
                new(modules.Select(module => (module.Item1, (IModule<Tensor, Tensor>)module.Item2)));

            public static Modules.Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules) => new(modules);
        }
    }
}
