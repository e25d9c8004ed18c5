using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>The live parameters and persistent buffers by dotted name: a tensor shared by two submodules is under both names.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                foreach (var (parameterName, parameter) in named_parameters())
                {
                    destination.TryAdd(Qualify(prefix, parameterName), parameter);
                }
                foreach (var (bufferName, buffer) in named_buffers(include_nonpersistent: false))
                {
                    destination.TryAdd(Qualify(prefix, bufferName), buffer);
                }
                foreach (var (submoduleName, submodule) in _internal_submodules)
                {
                    submodule.state_dict(destination, Qualify(prefix, submoduleName));
                }
                return destination;
            }

            /// <summary>Copies the tensors of <paramref name="source"/> into this module's own of the same names.</summary>
            /// <exception cref="InvalidOperationException"><paramref name="strict"/>, and the names are not the same on both sides.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                HashSet<string> skipped = [.. skip ?? []];
                Dictionary<string, Tensor> own = state_dict();
                List<string> unexpected = [.. source.Keys.Where(key => !skipped.Contains(key) && !own.ContainsKey(key))];
                List<string> missing = [.. own.Keys.Where(key => !skipped.Contains(key) && !source.ContainsKey(key))];
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                {
                    throw new InvalidOperationException(
                        $"The state does not match the module. Missing: {List(missing)}. Unexpected: {List(unexpected)}.");
                }

                using var _ = no_grad();
                foreach (var (key, tensor) in source)
                {
                    if (!skipped.Contains(key) && own.TryGetValue(key, out Tensor? target))
                    {
                        target.copy_(tensor);
                    }
                }
                return (missing, unexpected);

                static string List(List<string> keys) => keys.Count == 0 ? "none" : string.Join(", ", keys);
            }

            public Module save(string location, IList<string>? skip = null)
            {
                using FileStream stream = File.Create(location);
                return save(stream, skip);
            }

            /// <summary>Writes the state to a stream, and closes it.</summary>
            public Module save(Stream stream, IList<string>? skip = null)
            {
                using BinaryWriter writer = new(stream);
                return save(writer, skip);
            }

            public Module save(BinaryWriter writer, IList<string>? skip = null)
            {
                save_state_dict(writer, state_dict(), skip);
                return this;
            }

            public static void save_state_dict(BinaryWriter writer, Dictionary<string, Tensor> sd, IList<string>? skip = null)
            {
                List<KeyValuePair<string, Tensor>> written = [.. sd.Where(entry => skip is null || !skip.Contains(entry.Key))];
                writer.WriteLeb128(written.Count);
                foreach (var (key, tensor) in written)
                {
                    writer.Write(key);
                    tensor.Save(writer);
                }
            }

            public virtual Module load(
                string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                if (!File.Exists(location))
                {
                    throw new FileNotFoundException("There is no such file.", location);
                }
                using FileStream stream = File.OpenRead(location);
                return load(stream, strict, skip, loadedParameters);
            }

            public Module load(Stream stream, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using BinaryReader reader = new(stream);
                return load(reader, strict, skip, loadedParameters);
            }

            /// <summary>Reads a saved state into this module; <paramref name="loadedParameters"/> receives each name read and whether this module has it.</summary>
            /// <exception cref="ArgumentException">The types or shapes differ, or <paramref name="strict"/> and the names do.</exception>
            public virtual Module load(
                BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                var (deviceType, deviceIndex) = (_deviceType, _deviceIndex);
                if (deviceType != DeviceType.CPU)
                {
                    _to(DeviceType.CPU, -1, non_blocking: false);
                }
                try
                {
                    LoadOnCpu(reader, strict, skip ?? [], loadedParameters);
                }
                finally
                {
                    if (deviceType != DeviceType.CPU)
                    {
                        _to(deviceType, deviceIndex, non_blocking: false);
                    }
                }
                return this;
            }

            public static Module Create<T>(string path) where T : Module, new() => new T().load(path);

            private void LoadOnCpu(BinaryReader reader, bool strict, IList<string> skip, Dictionary<string, bool>? loadedParameters)
            {
                Dictionary<string, Tensor> own = state_dict();
                long entries = reader.ReadLeb128();
                if (strict && entries != own.Count)
                {
                    throw new ArgumentException($"The saved state has {entries} entries, this module {own.Count}.", nameof(reader));
                }
                for (long i = 0; i < entries; i++)
                {
                    string key = reader.ReadString();
                    bool found = own.TryGetValue(key, out Tensor? target);
                    if (strict && !found)
                    {
                        throw new ArgumentException($"The saved state has an entry '{key}', which this module has not.", nameof(reader));
                    }
                    if (found && !skip.Contains(key))
                    {
                        target!.Load(reader);
                    }
                    else
                    {
                        // The entry is passed over in the stream all the same.
                        TensorExtensionMethods.Load(reader, skip: true)?.Dispose();
                    }
                    loadedParameters?.Add(key, found);
                }
            }

            private static string Qualify(string? prefix, string name) => string.IsNullOrEmpty(prefix) ? name : $"{prefix}.{name}";
        }
    }
}
