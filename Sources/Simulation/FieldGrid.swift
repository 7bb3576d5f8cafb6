import Glibc

/// Where on the mosaic camera something fell.
struct ChipPosition: Sendable, Equatable {
    /// The field's number in the survey's grid.
    let field: Int
    /// The readout channel 0…63: (CCD − 1) · 4 + quadrant − 1.
    let channel: Int
    /// Pixels along the rows, 0…3072.
    let x: Double
    /// Pixels along the columns, 0…3080.
    let y: Double

    /// Pixels to the nearest edge.
    var edgeDistance: Double { min(min(x, y), min(FieldGrid.width - x, FieldGrid.height - y)) }
}

/// A grid of square fields over the sky, in bands of declination, after the manner of ZTF's two grids.
///
/// The numbers differ from the survey's own; what holds is that a field, a channel and a pixel belong to a
/// place on the sky. Pixel counts: Dekany et al. 2020, PASP 132, 038001.
struct FieldGrid: Sendable {
    /// A quadrant's pixels along x.
    static let width = 3072.0
    /// A quadrant's pixels along y.
    static let height = 3080.0

    /// The main grid, field numbers from 1.
    static let primary = FieldGrid(firstField: 1, southernEdge: -34.5, rightAscensionOffset: 0.30)
    /// The grid that covers the main one's gaps, field numbers from 1001.
    static let secondary = FieldGrid(firstField: 1001, southernEdge: -37.95, rightAscensionOffset: 0.77)

    /// A field's side in degrees, which is eight quadrants.
    private static let side = 6.9

    private let southernEdge: Double
    private let rightAscensionOffset: Double
    /// For each band: its first field's number and how many fields it has.
    private let bands: [(first: Int, count: Int)]

    private init(firstField: Int, southernEdge: Double, rightAscensionOffset: Double) {
        self.southernEdge = southernEdge
        self.rightAscensionOffset = rightAscensionOffset
        var bands: [(first: Int, count: Int)] = []
        var first = firstField
        var south = southernEdge
        while south < 90 {
            let middle = min(south + Self.side / 2, 90)
            let count = max(1, Int((360 * cos(middle * .pi / 180) / Self.side).rounded(.up)))
            bands.append((first, count))
            first += count
            south += Self.side
        }
        self.bands = bands
    }

    /// Where a place on the sky falls.
    ///
    /// - Parameters:
    ///   - ra: degrees, 0 ≤ ra < 360.
    ///   - dec: degrees, −31 to 90.
    func position(ra: Double, dec: Double) -> ChipPosition {
        let (band, row, y) = declinationParts(dec)
        let (first, count) = bands[band]
        // A part of a field's width as offset, so that neither grid has an edge at right ascension 0.
        let fields = ra / 360 * Double(count) + rightAscensionOffset
        let index = Int(fields)
        let columns = (fields - Double(index)) * 8
        let column = min(7, Int(columns))
        let ccd = row / 2 * 4 + (3 - column / 2)
        let quadrant = [[2, 3], [1, 0]][row % 2][column % 2]
        return ChipPosition(
            field: first + index % count, channel: ccd * 4 + quadrant,
            x: (columns - Double(column)) * Self.width, y: y * Self.height)
    }

    /// The declination in the same row of quadrants as another that falls on a given pixel.
    func declination(_ dec: Double, movedTo y: Double) -> Double {
        let (band, row, _) = declinationParts(dec)
        return southernEdge + (Double(band) + (Double(row) + y / Self.height) / 8) * Self.side
    }

    /// Band, row of quadrants in it and part of the quadrant's height.
    private func declinationParts(_ dec: Double) -> (band: Int, row: Int, part: Double) {
        let position = (dec - southernEdge) / Self.side
        let band = min(bands.count - 1, max(0, Int(position)))
        let rows = (position - Double(band)) * 8
        let row = min(7, max(0, Int(rows)))
        return (band, row, min(1, max(0, rows - Double(row))))
    }
}
