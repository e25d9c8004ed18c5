using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                if (MovesByParts(dtype, device, non_blocking)) return this;
                RequireConvertible(dtype);
                RequireAvailable(device.type);
                _toEpilog(device.type == DeviceType.CUDA ? device : new Device(device.type, -1), dtype, non_blocking);
                return this;
            }

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                if (MovesByParts(null, new Device(deviceType, deviceIndex), non_blocking)) return this;
                int index = deviceType == DeviceType.CUDA ? deviceIndex : -1;
                RequireAvailable(deviceType);
                if (deviceType != _deviceType || index != _deviceIndex)
                {
                    _toEpilog(deviceType, index, non_blocking);
                }
                return this;
            }

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                if (MovesByParts(dtype, null, non_blocking)) return this;
                RequireConvertible(dtype);
                _toEpilog(dtype, non_blocking);
                return this;
            }

            public Module _to(Tensor other, bool non_blocking)
            {
                _to(other.dtype, non_blocking);
                return _to(other.device_type, other.device_index, non_blocking);
            }

            protected void _toEpilog(ScalarType dtype, bool non_blocking) => _toEpilog(dtype, null, non_blocking);

            protected void _toEpilog(Device device, ScalarType dtype, bool non_blocking) => _toEpilog(dtype, device, non_blocking);

            protected void _toEpilog(DeviceType deviceType, int deviceIndex, bool non_blocking) =>
                _toEpilog(null, new Device(deviceType, deviceIndex), non_blocking);

            /// <summary>Moves the children, then replaces this module's own parameters and buffers, in the registry and in the field or property of that name.</summary>
            protected virtual void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
            {
                if (dtype is null && device is null)
                {
                    throw new ArgumentNullException(nameof(dtype), $"{nameof(dtype)} and {nameof(device)} must not both be null.");
                }
                foreach (var (_, child) in named_children())
                {
                    MoveChild(child, dtype, device, non_blocking);
                }

                // Two properties of one name, as the two indexers of ModuleDict are, make this throw: so does TorchSharp.
                Dictionary<string, FieldInfo> fields = InstanceFields(GetType()).ToDictionary(field => field.ComponentName());
                Dictionary<string, PropertyInfo> properties = GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                    .ToDictionary(property => property.Name);

                foreach (var (parameterName, parameter) in named_parameters(recurse: false).ToList())
                {
                    if (!ReplaceParameter(dtype, device, parameter, out Parameter? moved))
                    {
                        continue;
                    }
                    // The setter of a layer's property disposes what it replaces and registers the new parameter.
                    if (properties.TryGetValue(parameterName, out PropertyInfo? property))
                    {
                        property.SetValue(this, moved);
                        continue;
                    }
                    parameter.Dispose();
                    ConditionallyRegisterParameter(parameterName, moved);
                    fields.GetValueOrDefault(parameterName)?.SetValue(this, moved);
                }

                foreach (var (bufferName, buffer) in named_buffers(recurse: false).ToList())
                {
                    if (!ReplaceBuffer(dtype, device, buffer, out Tensor? moved))
                    {
                        continue;
                    }
                    if (properties.TryGetValue(bufferName, out PropertyInfo? property))
                    {
                        property.SetValue(this, moved);
                        continue;
                    }
                    ConditionallyRegisterBuffer(bufferName, moved);
                    fields.GetValueOrDefault(bufferName)?.SetValue(this, moved);
                }

                RememberDevice(device);
            }

            /// <summary>A buffer on the device and, where it is not of integers, of the type asked for; the old one is disposed. False where nothing changes.</summary>
            protected static bool ReplaceBuffer(ScalarType? dtype, Device? device, Tensor buffer, out Tensor? result)
            {
                if (!Differs(buffer, dtype, device))
                {
                    result = null;
                    return false;
                }
                result = buffer.to(TargetType(buffer, dtype), device ?? buffer.device, disposeAfter: true).DetachFromDisposeScope();
                return true;
            }

            /// <summary>A new parameter on the device and of the type asked for, with its gradient; the caller disposes the old one. False where nothing changes.</summary>
            protected static bool ReplaceParameter(ScalarType? dtype, Device? device, Parameter param, out Parameter? p)
            {
                using Tensor? grad = param.grad;
                if (!Differs(param, dtype, device) && (grad is null || !Differs(grad, dtype, device)))
                {
                    p = null;
                    return false;
                }

                ScalarType type = TargetType(param, dtype);
                Device target = device ?? param.device;
                // A parameter is a leaf: autograd must not see the copy.
                using var _ = no_grad();
                p = new Parameter(param.to(type, target), param.requires_grad);
                p.DetachFromDisposeScope();
                if (grad is not null)
                {
                    using Tensor movedGrad = grad.to(type, target).with_requires_grad(grad.requires_grad);
                    p.grad = movedGrad;
                }
                return true;
            }

            internal T MoveModule<T>(Device? device, ScalarType? dtype) where T : Module
            {
                var (targetDevice, targetType) = GetDefaultDeviceAndType(device, dtype);
                return (T)_to(targetDevice, targetType, non_blocking: false);
            }

            private protected void RememberDevice(Device? device)
            {
                if (device is not null)
                {
                    _deviceType = device.type;
                    _deviceIndex = device.index;
                }
            }

            /// <summary>Whether this module is moved once its parts are: a Sequential, and a module that holds no tensors, have no others.</summary>
            private bool MovesByParts(ScalarType? dtype, Device? device, bool non_blocking)
            {
                foreach (var (_, link) in Links ?? [])
                {
                    MoveChild(link, dtype, device, non_blocking);
                }
                return Links is not null || !HoldsTensors;
            }

            private static void MoveChild(Module child, ScalarType? dtype, Device? device, bool non_blocking)
            {
                if (device is null)
                {
                    child._to(dtype!.Value, non_blocking);
                }
                else if (dtype is null)
                {
                    child._to(device.type, device.index, non_blocking);
                }
                else
                {
                    child._to(device, dtype.Value, non_blocking);
                }
            }

            private static bool Differs(Tensor tensor, ScalarType? dtype, Device? device) =>
                (dtype is { } type && type != tensor.dtype)
                || (device is not null && (device.type != tensor.device_type || device.index != tensor.device_index));

            private static ScalarType TargetType(Tensor tensor, ScalarType? dtype) =>
                dtype is { } type && IsFloatingPointOrComplex(tensor.dtype) ? type : tensor.dtype;

            private static void RequireConvertible(ScalarType dtype)
            {
                if (!IsFloatingPointOrComplex(dtype))
                {
                    throw new ArgumentException($"A module converts to floating-point and complex types only, not to {dtype}.", nameof(dtype));
                }
            }

            private static bool IsFloatingPointOrComplex(ScalarType type) => is_floating_point(type) || is_complex(type);

            private static void RequireAvailable(DeviceType device)
            {
                if (device == DeviceType.CUDA && !cuda.is_available())
                {
                    throw new InvalidOperationException("there is no CUDA device here.");
                }
            }
        }
    }
}
