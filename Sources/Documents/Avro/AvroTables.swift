/// A program's tables at addresses that stay the same for its lifetime.
///
/// `@unchecked Sendable`: the memory is written in `init`, only read afterwards and freed when nobody refers
/// to it.
final class AvroTables: @unchecked Sendable {
    /// The same tables as arrays, for what is read rarely.
    let program: AvroProgram
    let instructions: UnsafePointer<AvroInstruction>
    let layouts: UnsafePointer<AvroLayout>
    let nodes: UnsafePointer<AvroNode>
    let branches: UnsafePointer<Int32>
    let symbols: UnsafePointer<AvroSlice>
    let pool: UnsafePointer<UInt8>

    /// Copies the tables.
    init(_ program: AvroProgram) {
        self.program = program
        instructions = Self.copy(program.instructions)
        layouts = Self.copy(program.layouts)
        nodes = Self.copy(program.nodes)
        branches = Self.copy(program.branches)
        symbols = Self.copy(program.symbols)
        pool = Self.copy(program.pool)
    }

    deinit {
        instructions.deallocate()
        layouts.deallocate()
        nodes.deallocate()
        branches.deallocate()
        symbols.deallocate()
        pool.deallocate()
    }

    /// Plain values only: nothing needs to be deinitialised. Aligned to the lines of the cache.
    private static func copy<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, elements.count) * MemoryLayout<Element>.stride, alignment: 64)
        let typed = memory.bindMemory(to: Element.self, capacity: elements.count)
        typed.initialize(from: elements, count: elements.count)
        return UnsafePointer(typed)
    }
}
