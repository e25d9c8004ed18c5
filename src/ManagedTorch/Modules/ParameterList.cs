using System.Collections;
using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>A list of parameters, each named by its index. Its parameters are those in the list now, registered or not.</summary>
        public class ParameterList : Module, IList<Parameter>
        {
            private readonly List<Parameter> items;
            private bool registered;

            public ParameterList(params Parameter[] parameters) : base("ParameterList") => items = [.. parameters ?? []];

            public int Count => items.Count;

            public bool IsReadOnly => false;

            public Parameter this[int index]
            {
                get => items[index];
                set => items[index] = value;
            }

            public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) =>
                Enumerable.Range(0, items.Count).Select(i => ($"{i}", items[i]));

            public override bool has_parameter(string target) => get_parameter(target) is not null;

            public override Parameter? get_parameter(string target) =>
                int.TryParse(target, CultureInfo.InvariantCulture, out int index) && index >= 0 && index < items.Count ? items[index] : null;

            protected override void RegisterComponents()
            {
                if (registered)
                {
                    return;
                }
                for (int i = 0; i < items.Count; i++)
                {
                    register_parameter($"{i}", items[i]);
                }
                registered = true;
            }

            protected override void _toEpilog(torch.ScalarType? dtype, torch.Device? device, bool non_blocking)
            {
                for (int i = 0; i < items.Count; i++)
                {
                    if (ReplaceParameter(dtype, device, items[i], out Parameter? moved))
                    {
                        items[i].Dispose();
                        items[i] = moved!;
                    }
                }
                RememberDevice(device);
            }

            public void Add(Parameter item) => items.Add(item);

            public void append(params Parameter[] parameters) => items.AddRange(parameters ?? []);

            public void extend(IEnumerable<Parameter> parameters) => items.AddRange(parameters);

            public void Insert(int index, Parameter item) => items.Insert(index, item);

            public bool Remove(Parameter item) => items.Remove(item);

            public void RemoveAt(int index) => items.RemoveAt(index);

            public void Clear() => items.Clear();

            public bool Contains(Parameter item) => items.Contains(item);

            public int IndexOf(Parameter item) => items.IndexOf(item);

            public void CopyTo(Parameter[] array, int arrayIndex) => items.CopyTo(array, arrayIndex);

            public IEnumerator<Parameter> GetEnumerator() => items.GetEnumerator();

            IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static ParameterList ParameterList(params Parameter[] parameters) => new(parameters);
        }
    }
}
