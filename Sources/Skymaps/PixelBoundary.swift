internal import Sky

/// The lines between the parts of a region and what surrounds them: corners of pixels, and the closed lines that go
/// through them.
struct PixelBoundary {
    /// A corner that lines go through.
    struct Node {
        /// Where it is.
        let place: Coordinates
        /// The same as a direction.
        let direction: SIMD3<Double>
        /// Whether more than two lines meet, so that it must stay.
        let isJunction: Bool
    }

    /// A closed line with a part to its left, where longitude grows to the right and latitude upwards.
    struct Ring {
        /// The part, an index of `PixelParts.parts`.
        let part: Int
        /// Indices of nodes.
        let nodes: [Int]
    }

    /// All corners.
    private(set) var nodes: [Node] = []
    /// All lines.
    private(set) var rings: [Ring] = []

    private var nodeOfKey: [Int: Int] = [:]

    /// Walks around all parts.
    ///
    /// - Parameter maximumNodes: how many steps are taken at most.
    /// - Returns: nil where the lines are longer.
    init?(of parts: PixelParts, maximumNodes: Int) {
        let division = parts.region.division
        /// For each slot the sides that are walked already, as bits.
        var walked = [UInt8](repeating: 0, count: parts.slotCount)
        var steps = 0
        for range in parts.region.ranges {
            for pixel in range {
                guard let slot = parts.slot(of: pixel) else { continue }
                let label = parts.label(of: pixel)
                for side in 0..<4
                where walked[slot] & 1 << UInt8(side) == 0
                    && parts.label(of: Self.neighbour(pixel, side, division)) != label
                {
                    var ring: [Int] = []
                    var (current, way) = (pixel, side)
                    repeat {
                        guard let here = parts.slot(of: current) else { return nil }
                        walked[here] |= 1 << UInt8(way)
                        ring.append(node(current, corner: way, parts))
                        (current, way) = Self.next(after: current, way, label, parts)
                        steps += 1
                        guard steps <= maximumNodes else { return nil }
                    } while (current, way) != (pixel, side)
                    rings.append(Ring(part: Int(label) - 1, nodes: ring))
                }
            }
        }
    }

    // Sides are numbered as `HEALPix.Side`; side n goes from corner n to corner n + 1, the corners being east, north,
    // west, south.

    private static func neighbour(_ pixel: Int, _ side: Int, _ division: HEALPix) -> Int {
        division.neighbour(of: pixel, HEALPix.Side.allCases[side & 3])
    }

    /// The pixel behind a side, and the number that the side has there.
    private static func across(_ pixel: Int, _ side: Int, _ division: HEALPix) -> (pixel: Int, side: Int) {
        let other = neighbour(pixel, side, division)
        // Within a base pixel it is the opposite one, around the poles another.
        for turn in [2, 1, 3, 0] where neighbour(other, side + turn, division) == pixel {
            return (other, (side + turn) & 3)
        }
        return (other, (side + 2) & 3)
    }

    /// The side that the line goes on with: around the corner within the part, keeping to the pixel where the part
    /// touches itself at the corner only.
    private static func next(
        after pixel: Int, _ side: Int, _ label: Int32, _ parts: PixelParts
    ) -> (Int, Int) {
        var (current, way) = (pixel, (side + 1) & 3)
        for _ in 0..<4 {
            let other = across(current, way, parts.region.division)
            guard parts.label(of: other.pixel) == label else { break }
            (current, way) = (other.pixel, (other.side + 1) & 3)
        }
        return (current, way)
    }

    /// The node at a corner of a pixel.
    private mutating func node(_ pixel: Int, corner: Int, _ parts: PixelParts) -> Int {
        let division = parts.region.division
        var labels: [Int32] = []
        labels.reserveCapacity(4)
        /// The pixel that gives the corner its name and its exact place, the same seen from all of them.
        var first = (pixel: pixel, corner: corner)
        var (current, way) = (pixel, corner)
        repeat {
            labels.append(parts.label(of: current))
            if current < first.pixel { first = (current, way) }
            let other = Self.across(current, way, division)
            (current, way) = (other.pixel, (other.side + 1) & 3)
        } while current != pixel && labels.count < 4
        // Two parts, or one twice, that touch at this corner only: each gets a corner of its own, moved a little into
        // it, because a polygon must not meet itself.
        let isPinched =
            labels.count == 4 && labels[0] > 0 && labels[2] > 0 && labels[1] == 0 && labels[3] == 0
        if isPinched { first = (pixel, corner) }
        let key = (first.pixel << 2 | first.corner) << 1 | (isPinched ? 1 : 0)
        if let known = nodeOfKey[key] { return known }
        let margin = isPinched ? 0.02 : 0
        // East and north have x = 1, north and west y = 1.
        let x = first.corner < 2 ? 1 - margin : margin
        let y = first.corner == 1 || first.corner == 2 ? 1 - margin : margin
        let place = division.position(in: first.pixel, x: x, y: y)
        var changes = 0
        for index in labels.indices where labels[index] != labels[(index + 1) % labels.count] { changes += 1 }
        nodes.append(
            Node(
                place: place, direction: SIMD3(UnitVector(place)), isJunction: changes > 2 && !isPinched))
        nodeOfKey[key] = nodes.count - 1
        return nodes.count - 1
    }
}
