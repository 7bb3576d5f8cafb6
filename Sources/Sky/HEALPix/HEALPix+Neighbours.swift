extension HEALPix {
    /// The sides of a pixel, counter-clockwise where longitude grows to the right and latitude upwards.
    public enum Side: Int, CaseIterable, Sendable {
        case northEast, northWest, southWest, southEast
    }

    /// The pixel behind a side.
    public func neighbour(of pixel: Int, _ side: Side) -> Int {
        let cell = cell(of: pixel)
        let there =
            switch side {
            case .northEast: across(cell.face, cell.x + 1, cell.y)
            case .northWest: across(cell.face, cell.x, cell.y + 1)
            case .southWest: across(cell.face, cell.x - 1, cell.y)
            case .southEast: across(cell.face, cell.x, cell.y - 1)
            }
        return self.pixel(there)
    }

    /// The pixels around a pixel: south-west, west, north-west, north, north-east, east, south-east, south. −1 where
    /// there is none: at eight places of the sky only three base pixels meet.
    public func neighbours(of pixel: Int) -> InlineArray<8, Int> {
        let cell = cell(of: pixel)
        return InlineArray<8, Int> { index in
            let (dx, dy) = Self.offset(index)
            return neighbour(cell, dx, dy)
        }
    }

    /// Steps in x and y in the order of `neighbours`.
    private static func offset(_ index: Int) -> (Int, Int) {
        switch index {
        case 0: (-1, 0)
        case 1: (-1, 1)
        case 2: (0, 1)
        case 3: (1, 1)
        case 4: (1, 0)
        case 5: (1, -1)
        case 6: (0, -1)
        default: (-1, -1)
        }
    }

    private func neighbour(_ cell: FaceCell, _ dx: Int, _ dy: Int) -> Int {
        let (x, y) = (cell.x + dx, cell.y + dy)
        let isOutside = (x: x < 0 || x >= nside, y: y < 0 || y >= nside)
        guard isOutside.x && isOutside.y else { return pixel(across(cell.face, x, y)) }
        guard let opposite = oppositeCorner(cell.face, dx, dy) else { return -1 }
        return pixel(opposite)
    }

    /// The place that at most one step over one side of a base pixel leads to.
    ///
    /// Around the poles base pixels meet with their axes turned: x of one continues as y of the other.
    private func across(_ face: Int, _ x: Int, _ y: Int) -> FaceCell {
        let last = nside - 1
        let (belt, column) = (face / 4, face & 3)
        let (east, west) = ((column + 1) & 3, (column + 3) & 3)
        if x > last {
            return switch belt {
            case 0: FaceCell(face: east, x: y, y: last)
            case 1: FaceCell(face: column, x: 0, y: y)
            default: FaceCell(face: 4 + east, x: 0, y: y)
            }
        }
        if y > last {
            return switch belt {
            case 0: FaceCell(face: west, x: last, y: x)
            case 1: FaceCell(face: west, x: x, y: 0)
            default: FaceCell(face: 4 + column, x: x, y: 0)
            }
        }
        if x < 0 {
            return switch belt {
            case 0: FaceCell(face: 4 + column, x: last, y: y)
            case 1: FaceCell(face: 8 + west, x: last, y: y)
            default: FaceCell(face: 8 + west, x: y, y: 0)
            }
        }
        if y < 0 {
            return switch belt {
            case 0: FaceCell(face: 4 + east, x: x, y: last)
            case 1: FaceCell(face: 8 + column, x: x, y: last)
            default: FaceCell(face: 8 + east, x: 0, y: x)
            }
        }
        return FaceCell(face: face, x: x, y: y)
    }

    /// The place that a step over a base pixel's corner leads to; nil where only three base pixels meet.
    private func oppositeCorner(_ face: Int, _ dx: Int, _ dy: Int) -> FaceCell? {
        let last = nside - 1
        let (belt, column) = (face / 4, face & 3)
        switch (belt, dx, dy) {
        case (0, 1, 1): return FaceCell(face: (column + 2) & 3, x: last, y: last)
        case (0, -1, -1): return FaceCell(face: 8 + column, x: last, y: last)
        case (1, 1, -1): return FaceCell(face: 4 + (column + 1) & 3, x: 0, y: last)
        case (1, -1, 1): return FaceCell(face: 4 + (column + 3) & 3, x: last, y: 0)
        case (2, 1, 1): return FaceCell(face: column, x: 0, y: 0)
        case (2, -1, -1): return FaceCell(face: 8 + (column + 2) & 3, x: 0, y: 0)
        default: return nil
        }
    }
}
