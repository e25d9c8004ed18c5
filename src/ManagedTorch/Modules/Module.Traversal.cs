using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>The modules of a Sequential: all that it is said to hold, whatever is registered with it. Null for every other module.</summary>
            internal virtual IEnumerable<(string name, Module module)>? Links => null;

            private IEnumerable<(string name, Module module)> Submodules => Links ?? _internal_submodules;

            private IEnumerable<(string, Parameter)> OwnParameters => Links is null ? _internal_params : [];

            private IEnumerable<(string, (Tensor, bool))> OwnBuffers => Links is null ? _internal_buffers : [];

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                LiveTensors seen = new();
                foreach (var (parameterName, parameter) in OwnParameters)
                {
                    if (seen.Add(parameter))
                    {
                        yield return (parameterName, parameter);
                    }
                }
                if (!recurse)
                {
                    yield break;
                }
                foreach (var (childName, submodule) in Submodules)
                {
                    foreach (var (parameterName, parameter) in submodule.named_parameters(true))
                    {
                        if (seen.Add(parameter))
                        {
                            yield return ($"{childName}.{parameterName}", parameter);
                        }
                    }
                }
            }

            // TorchSharp reads the flag of persistence whatever include_nonpersistent says: a buffer that is not persistent is never listed.
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                LiveTensors seen = new();
                foreach (var (bufferName, (buffer, persistent)) in OwnBuffers)
                {
                    if (persistent && seen.Add(buffer))
                    {
                        yield return (bufferName, buffer);
                    }
                }
                if (!recurse)
                {
                    yield break;
                }
                foreach (var (childName, submodule) in Submodules)
                {
                    foreach (var (bufferName, buffer) in submodule.named_buffers(true, include_nonpersistent))
                    {
                        if (seen.Add(buffer))
                        {
                            yield return ($"{childName}.{bufferName}", buffer);
                        }
                    }
                }
            }

            public virtual IEnumerable<(string name, Module module)> named_children() => Submodules;

            /// <summary>Every module below this one: first the children, then what is below each.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var child in Submodules)
                {
                    yield return child;
                }
                foreach (var (childName, child) in Submodules)
                {
                    foreach (var (name, module) in child.named_modules())
                    {
                        yield return ($"{childName}.{name}", module);
                    }
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(entry => entry.parameter);

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(entry => entry.buffer);

            public virtual IEnumerable<Module> children() => named_children().Select(entry => entry.module);

            public virtual IEnumerable<Module> modules() => named_modules().Select(entry => entry.module);

            public virtual bool has_parameter(string target) =>
                _internal_params.ContainsKey(target)
                || (ChildOf(target) is var (child, rest) && child.has_parameter(rest));

            public virtual bool has_buffer(string target) =>
                _internal_buffers.ContainsKey(target)
                || (ChildOf(target) is var (child, rest) && child.has_buffer(rest));

            public virtual Parameter? get_parameter(string target)
            {
                if (_internal_params.TryGetValue(target, out Parameter? parameter))
                {
                    return parameter;
                }
                return ChildOf(target) is var (child, rest) ? child.get_parameter(rest) : null;
            }

            public virtual Tensor? get_buffer(string target)
            {
                if (_internal_buffers.TryGetValue(target, out var entry))
                {
                    return entry.Item1;
                }
                return ChildOf(target) is var (child, rest) ? child.get_buffer(rest) : null;
            }

            protected virtual (string name, Parameter parameter)[] _named_parameters() => [.. named_parameters(recurse: false)];

            protected virtual (string name, Tensor buffer)[] _named_buffers() => [.. named_buffers(recurse: false)];

            protected virtual Parameter[] _parameters(bool recurse = true) => [.. parameters(recurse)];

            /// <summary>The child that a dotted name starts with, and what is left of the name; null where there is no such child.</summary>
            private (Module Child, string Remainder)? ChildOf(string target)
            {
                int dot = target.IndexOf('.');
                if (dot < 0)
                {
                    return null;
                }
                string first = target[..dot];
                foreach (var (childName, child) in named_children())
                {
                    if (childName == first)
                    {
                        return (child, target[(dot + 1)..]);
                    }
                }
                return null;
            }
        }
    }
}
