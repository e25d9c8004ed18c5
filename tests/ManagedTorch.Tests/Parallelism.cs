// The default generator, the printing options and the count of live tensors are of the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
