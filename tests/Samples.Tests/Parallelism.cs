// Both programs seed torch's generator, which is the process's: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
