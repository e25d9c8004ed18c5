using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>Batches of a data set of dictionaries: each entry stacked along a new first dimension.</summary>
        public class DataLoader : DataLoader<Dictionary<string, Tensor>, Dictionary<string, Tensor>>
        {
            public DataLoader(
                utils.data.Dataset dataset, int batchSize, IEnumerable<long> shuffler, Device? device = null, int num_worker = 1,
                bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true)
                : base(dataset, batchSize, Collate, shuffler, device, num_worker, drop_last, disposeBatch, disposeDataset)
            {
            }

            public DataLoader(
                utils.data.Dataset dataset, int batchSize, bool shuffle = false, Device? device = null, int? seed = null, int num_worker = 1,
                bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true)
                : base(dataset, batchSize, Collate, shuffle, device, seed, num_worker, drop_last, disposeBatch, disposeDataset)
            {
            }

            private static Dictionary<string, Tensor> Collate(IEnumerable<Dictionary<string, Tensor>> examples, Device device)
            {
                List<Dictionary<string, Tensor>> list = [.. examples];
                return list[0].Keys.ToDictionary(key => key, key => Stacking.Stack(list.Select(example => example[key]), device));
            }
        }

        /// <summary>Batches of a data set of lists: each position stacked along a new first dimension.</summary>
        public class IterableDataLoader : DataLoader<IList<Tensor>, IList<Tensor>>
        {
            public IterableDataLoader(
                utils.data.IterableDataset dataset, int batchSize, IEnumerable<long> shuffler, Device? device = null, int num_worker = 1,
                bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true)
                : base(dataset, batchSize, Collate, shuffler, device, num_worker, drop_last, disposeBatch, disposeDataset)
            {
            }

            public IterableDataLoader(
                utils.data.IterableDataset dataset, int batchSize, bool shuffle = false, Device? device = null, int? seed = null, int num_worker = 1,
                bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true)
                : base(dataset, batchSize, Collate, shuffle, device, seed, num_worker, drop_last, disposeBatch, disposeDataset)
            {
            }

            private static List<Tensor> Collate(IEnumerable<IList<Tensor>> examples, Device device)
            {
                List<IList<Tensor>> list = [.. examples];
                return [.. Enumerable.Range(0, list[0].Count).Select(i => Stacking.Stack(list.Select(example => example[i]), device))];
            }
        }

        internal static class Stacking
        {
            public static Tensor Stack(IEnumerable<Tensor> rows, Device device)
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor stacked = cat([.. rows.Select(row => row.unsqueeze(0))], 0);
                if (stacked.device_type != device.type || stacked.device_index != device.index)
                {
                    stacked = stacked.to(device);
                }
                return stacked.MoveToOuterDisposeScope();
            }
        }
    }

    public static partial class torch
    {
        public static partial class utils
        {
            public static partial class data
            {
                public static Modules.DataLoader DataLoader(
                    Dataset dataset, int batchSize, IEnumerable<long> shuffler, Device? device = null, int num_worker = 1,
                    bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true) =>
                    new(dataset, batchSize, shuffler, device, num_worker, drop_last, disposeBatch, disposeDataset);

                public static Modules.DataLoader DataLoader(
                    Dataset dataset, int batchSize, bool shuffle = false, Device? device = null, int? seed = null, int num_worker = 1,
                    bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true) =>
                    new(dataset, batchSize, shuffle, device, seed, num_worker, drop_last, disposeBatch, disposeDataset);

                public static Modules.IterableDataLoader DataLoader(
                    IterableDataset dataset, int batchSize, IEnumerable<long> shuffler, Device? device = null, int num_worker = 1,
                    bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true) =>
                    new(dataset, batchSize, shuffler, device, num_worker, drop_last, disposeBatch, disposeDataset);

                public static Modules.IterableDataLoader DataLoader(
                    IterableDataset dataset, int batchSize, bool shuffle = false, Device? device = null, int? seed = null, int num_worker = 1,
                    bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true) =>
                    new(dataset, batchSize, shuffle, device, seed, num_worker, drop_last, disposeBatch, disposeDataset);
            }
        }
    }
}
