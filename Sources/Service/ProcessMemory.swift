internal import CMalloc

/// How the C library hands out this process's memory.
public enum ProcessMemory {
    /// Keeps two arenas instead of eight per core (mallopt(3), M_ARENA_MAX), so that the many threads of the client
    /// libraries do not each hold on to free memory; keeps some free memory for the next batch (M_TRIM_THRESHOLD) and
    /// takes batches from the heap (M_MMAP_THRESHOLD), so that not every batch pays for fresh pages. Call it first of
    /// all; on a system that refuses, nothing changes.
    /// - Parameter free: bytes of free memory that are kept.
    public static func keepForBatches(free: Int32 = 64 << 20) {
        _ = mallopt(M_ARENA_MAX, 2)
        _ = mallopt(M_TRIM_THRESHOLD, free)
        _ = mallopt(M_MMAP_THRESHOLD, 32 << 20)
    }
}
