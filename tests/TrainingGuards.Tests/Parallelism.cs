// The generator, the grad mode of the test's thread and the count of live tensors are read and compared: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
