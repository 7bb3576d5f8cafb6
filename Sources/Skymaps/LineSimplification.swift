/// Takes corners out of lines that hardly change without them, by falling unimportance (Visvalingam and Whyatt 1993,
/// Cartographic Journal 30, 46): a corner counts as much as the triangle that it makes with its neighbours.
///
/// Lines that did not meet before do not meet after, because no triangle goes that has another corner in it. Lines
/// between two parts stay one line.
struct LineSimplification {
    private let nodes: [PixelBoundary.Node]
    /// The nodes before and behind each that is no junction; −1 where there is none.
    private var before: [Int]
    private var behind: [Int]
    private var isGone: [Bool]
    /// Lines from junction to junction.
    private var straights: Set<[Int]> = []
    private let grid: NodeGrid
    /// Squared length of the side of a pixel.
    private let pixelArea: Double

    /// - Parameters:
    ///   - boundary: the lines.
    ///   - pixelArea: of a pixel in steradians.
    init(_ boundary: PixelBoundary, pixelArea: Double) {
        nodes = boundary.nodes
        self.pixelArea = pixelArea
        before = [Int](repeating: -1, count: nodes.count)
        behind = before
        isGone = [Bool](repeating: false, count: nodes.count)
        grid = NodeGrid(nodes, spacing: 4 * pixelArea.squareRoot())
        for ring in boundary.rings {
            for (index, node) in ring.nodes.enumerated() {
                let next = ring.nodes[(index + 1) % ring.nodes.count]
                if nodes[node].isJunction, nodes[next].isJunction { straights.insert(Self.line(node, next)) }
                // The line of two parts comes twice, the second time backwards: as it came first it stays.
                guard !nodes[node].isJunction, before[node] < 0 else { continue }
                before[node] = ring.nodes[(index + ring.nodes.count - 1) % ring.nodes.count]
                behind[node] = next
            }
        }
    }

    /// The nodes that are left when all triangles smaller than an area are gone, as flags.
    mutating func remaining(smallest area: Double) -> [Bool] {
        var queue = Heap()
        for node in nodes.indices { add(node, to: &queue, smallest: area) }
        while let (node, size) = queue.pop() {
            // Another triangle has come in its place.
            guard !isGone[node], size == triangle(node), canGo(node) else { continue }
            remove(node)
            for neighbour in [before[node], behind[node]] { add(neighbour, to: &queue, smallest: area) }
        }
        return isGone.map { !$0 }
    }

    private func add(_ node: Int, to queue: inout Heap, smallest area: Double) {
        guard !nodes[node].isJunction, before[node] >= 0 else { return }
        let size = triangle(node)
        if size < area { queue.push(node, size) }
    }

    private func triangle(_ node: Int) -> Double {
        let (a, b, c) = (
            nodes[before[node]].direction, nodes[node].direction, nodes[behind[node]].direction
        )
        let normal = (b - a).cross(c - a)
        return normal.dot(normal).squareRoot() / 2
    }

    /// Whether the corner's neighbours are not joined yet, not far from one another, and no other corner is in between.
    private func canGo(_ node: Int) -> Bool {
        let (first, last) = (before[node], behind[node])
        guard first != last, !areJoined(first, last) else { return false }
        let (a, b, c) = (nodes[first].direction, nodes[node].direction, nodes[last].direction)
        let chord = c - a
        // Also so that the search stays short.
        guard chord.dot(chord) < 1024 * pixelArea else { return false }
        // What is closer to a line than a thousandth of a pixel is on it.
        let margin = pixelArea / 1000
        let reach = pixelArea.squareRoot() / 1000
        let (ab, bc, ca) = (a.cross(b), b.cross(c), c.cross(a))
        return !grid.contains(
            from: pointwiseMin(a, pointwiseMin(b, c)) - reach, to: pointwiseMax(a, pointwiseMax(b, c)) + reach
        ) { other in
            guard other != node, other != first, other != last, !isGone[other] else { return false }
            let place = nodes[other].direction
            let (one, two, three) = (ab.dot(place), bc.dot(place), ca.dot(place))
            return (one >= -margin && two >= -margin && three >= -margin)
                || (one <= margin && two <= margin && three <= margin)
        }
    }

    private func areJoined(_ one: Int, _ other: Int) -> Bool {
        if !nodes[one].isJunction { return before[one] == other || behind[one] == other }
        if !nodes[other].isJunction { return before[other] == one || behind[other] == one }
        return straights.contains(Self.line(one, other))
    }

    private mutating func remove(_ node: Int) {
        let (first, last) = (before[node], behind[node])
        isGone[node] = true
        replace(node, by: last, at: first)
        replace(node, by: first, at: last)
        if nodes[first].isJunction, nodes[last].isJunction { straights.insert(Self.line(first, last)) }
    }

    private mutating func replace(_ node: Int, by other: Int, at neighbour: Int) {
        guard !nodes[neighbour].isJunction else { return }
        if before[neighbour] == node { before[neighbour] = other } else { behind[neighbour] = other }
    }

    private static func line(_ one: Int, _ other: Int) -> [Int] { [min(one, other), max(one, other)] }
}

/// Nodes by the cube of space that they are in.
private struct NodeGrid {
    private let spacing: Double
    private let order: [Int]
    private let cells: [SIMD3<Int32>: Range<Int>]

    init(_ nodes: [PixelBoundary.Node], spacing: Double) {
        let spacing = max(spacing, 1e-8)
        self.spacing = spacing
        var members: [SIMD3<Int32>: [Int]] = [:]
        for (index, node) in nodes.enumerated() {
            members[Self.cell(node.direction, spacing), default: []].append(index)
        }
        var order: [Int] = []
        order.reserveCapacity(nodes.count)
        cells = members.mapValues { indices in
            order += indices
            return order.count - indices.count..<order.count
        }
        self.order = order
    }

    private static func cell(_ place: SIMD3<Double>, _ spacing: Double) -> SIMD3<Int32> {
        // Components of a direction are within ±1, so that these are within ±10⁸.
        SIMD3<Int32>(place / spacing, rounding: .down)
    }

    /// Whether something holds of any node in a box.
    func contains(
        from low: SIMD3<Double>, to high: SIMD3<Double>, where predicate: (Int) -> Bool
    ) -> Bool {
        let (first, last) = (Self.cell(low, spacing), Self.cell(high, spacing))
        for x in first.x...last.x {
            for y in first.y...last.y {
                for z in first.z...last.z {
                    guard let range = cells[SIMD3(x, y, z)] else { continue }
                    if order[range].contains(where: predicate) { return true }
                }
            }
        }
        return false
    }
}

/// Nodes by growing size: a binary heap.
private struct Heap {
    private var entries: [(node: Int, size: Double)] = []

    mutating func push(_ node: Int, _ size: Double) {
        entries.append((node, size))
        var index = entries.count - 1
        while index > 0, entries[index].size < entries[(index - 1) / 2].size {
            entries.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func pop() -> (node: Int, size: Double)? {
        guard let first = entries.first, let last = entries.popLast() else { return nil }
        guard !entries.isEmpty else { return first }
        entries[0] = last
        var index = 0
        while true {
            var smallest = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < entries.count && entries[child].size < entries[smallest].size {
                smallest = child
            }
            if smallest == index { return first }
            entries.swapAt(index, smallest)
            index = smallest
        }
    }
}
