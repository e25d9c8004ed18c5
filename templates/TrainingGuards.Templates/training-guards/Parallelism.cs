// torch's generator and the tensors that are alive are the process's: no other test runs beside a guard.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
