using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            protected OrderedDict<string, Module> _internal_submodules = [];
            protected OrderedDict<string, (Tensor, bool)> _internal_buffers = [];
            protected OrderedDict<string, Parameter> _internal_params = [];

            private bool areComponentsRegistered;

            /// <summary>False for a module that is declared to have neither parameters nor buffers.</summary>
            internal virtual bool HoldsTensors => true;

            /// <summary>
            /// Registers what the instance fields hold at the time of the first call: modules, parameters, and plain tensors as buffers.
            /// Every later call does nothing.
            /// </summary>
            protected virtual void RegisterComponents()
            {
                if (areComponentsRegistered)
                {
                    return;
                }
                foreach (FieldInfo field in InstanceFields(GetType()))
                {
                    string component = field.ComponentName();
                    if (IsRegistered(component))
                    {
                        continue;
                    }
                    switch (field.GetValue(this))
                    {
                        case Module module: register_module(component, module); break;
                        case Parameter parameter: register_parameter(component, parameter); break;
                        case Tensor tensor: register_buffer(component, tensor); break;
                        default: break;
                    }
                }
                areComponentsRegistered = true;
            }

            public void add_module(string name, Module module) => register_module(name, module);

            public virtual void register_module(string name, Module submodule)
            {
                if (!HoldsTensors && submodule is not IParameterLessModule)
                {
                    throw new InvalidOperationException("The submodules of a module without parameters must have none either.");
                }
                if (submodule is null || submodule.IsDisposed)
                {
                    _internal_submodules.Discard(name);
                    return;
                }
                if (name.Contains('.'))
                {
                    throw new ArgumentException($"The name of a module must not contain a dot: \"{name}\".", nameof(name));
                }
                if (name.Length == 0)
                {
                    throw new ArgumentException("The name of a module must not be empty.", nameof(name));
                }
                if (_internal_submodules.ContainsKey(name))
                {
                    throw new InvalidOperationException($"A submodule {name} is already registered.");
                }
                submodule.RegisterComponents();
                _internal_submodules.Add(name, submodule);
            }

            public virtual void register_parameter(string name, Parameter param)
            {
                RequireHoldsTensors("parameter", name);
                if (param is null || param.IsInvalid)
                {
                    throw new ArgumentNullException(nameof(param), "A parameter that is null or disposed cannot be registered.");
                }
                if (!_internal_params.TryAdd(name, param))
                {
                    throw new InvalidOperationException($"A parameter {name} is already registered.");
                }
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                RequireHoldsTensors("buffer", name);
                if (tensor is null || tensor.IsInvalid)
                {
                    throw new ArgumentNullException(nameof(tensor), "A tensor that is null or disposed cannot be registered as a buffer.");
                }
                if (!_internal_buffers.TryAdd(name, (tensor, persistent)))
                {
                    throw new InvalidOperationException($"A buffer {name} is already registered.");
                }
            }

            protected void ConditionallyRegisterParameter(string name, Tensor value) =>
                ConditionallyRegisterParameter(name, value as Parameter);

            protected void ConditionallyRegisterParameter(string name, Parameter? value)
            {
                if (value is null)
                {
                    _internal_params.Discard(name);
                }
                else
                {
                    _internal_params[name] = value;
                }
            }

            protected void ConditionallyRegisterBuffer(string name, Tensor? value, bool persistent = true)
            {
                if (value is null)
                {
                    _internal_buffers.Discard(name);
                }
                else
                {
                    _internal_buffers[name] = (value, persistent);
                }
            }

            /// <summary>What a layer's property of a parameter reads: what is registered by its name.</summary>
            private protected Parameter? HeldParameter([CallerMemberName] string property = "") =>
                _internal_params.TryGetValue(property, out Parameter? parameter) ? parameter : null;

            private protected Tensor? HeldBuffer([CallerMemberName] string property = "") =>
                _internal_buffers.TryGetValue(property, out var entry) ? entry.Item1 : null;

            /// <summary>Registers what a layer's property is set to; what was there is disposed, as TorchSharp's layers do.</summary>
            private protected void Hold(Parameter? value, [CallerMemberName] string property = "")
            {
                Release(HeldParameter(property), value);
                ConditionallyRegisterParameter(property, value);
            }

            private protected void HoldAll(IEnumerable<(string Name, Parameter Value)> parameters)
            {
                foreach (var (parameterName, parameter) in parameters)
                {
                    Hold(parameter, parameterName);
                    RememberDevice(parameter.device);
                }
            }

            private protected void HoldBuffer(Tensor? value, [CallerMemberName] string property = "")
            {
                Release(HeldBuffer(property), value);
                ConditionallyRegisterBuffer(property, value);
            }

            protected void ClearModules() => _internal_submodules.clear();

            private void RequireHoldsTensors(string component, string name)
            {
                if (!HoldsTensors)
                {
                    throw new InvalidOperationException($"The {component} {name} cannot be registered: the module is declared to have no parameters.");
                }
            }

            private static void Release(Tensor? held, Tensor? replacement)
            {
                if (ReferenceEquals(held, replacement)) return;
                held?.Dispose();
                replacement?.DetachFromDisposeScope();
            }

            private bool IsRegistered(string component) =>
                _internal_submodules.ContainsKey(component) || _internal_params.ContainsKey(component) || _internal_buffers.ContainsKey(component);

            /// <summary>The fields of a type and, level by level, of its base types; of several of one name the most derived alone.</summary>
            private static IEnumerable<FieldInfo> InstanceFields(Type type)
            {
                HashSet<string> seen = [];
                for (Type? level = type; level is not null && level != typeof(object); level = level.BaseType)
                {
                    foreach (FieldInfo field in level.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
                    {
                        if (seen.Add(field.Name))
                        {
                            yield return field;
                        }
                    }
                }
            }
        }
    }
}
