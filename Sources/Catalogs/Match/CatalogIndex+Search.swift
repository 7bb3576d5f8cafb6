public import Sky

extension CatalogIndex {
    /// Rows within a radius, the nearest first and among equally near ones by row, with their documents.
    ///
    /// - Parameter radius: in degrees, the edge belongs to it; a negative one finds nothing, 180 and more everything.
    /// - Throws: where a block that is needed was altered.
    public func matches(
        within radius: Double, of center: Coordinates
    ) throws(CatalogIndexError) -> [CatalogMatch] {
        var found: [(row: Int, separation: Double)] = []
        try forEachRow(within: radius, of: center) { row, separation in found.append((row, separation)) }
        guard !found.isEmpty else { return [] }
        found.sort { ($0.separation, $0.row) < ($1.separation, $1.row) }
        var matches: [CatalogMatch] = []
        matches.reserveCapacity(found.count)
        for (row, separation) in found {
            matches.append(
                CatalogMatch(
                    row: row, separation: separation * (180 / .pi), document: try document(of: row)))
        }
        return matches
    }

    /// Calls a function with each row within a radius and its separation in radians, in no particular order, without
    /// allocating anything. Where this throws, rows may have been told before.
    ///
    /// - Parameter radius: in degrees, the edge belongs to it; a negative one finds nothing, 180 and more everything.
    /// - Throws: where a block that is needed was altered.
    public func forEachRow(
        within radius: Double, of center: Coordinates, _ body: (Int, Double) -> Void
    ) throws(CatalogIndexError) {
        guard radius >= 0, layout.rows > 0 else { return }
        let cone = Cone(radius, center)
        if cone.limit == .infinity { return try scan(0, layout.rows, cone, body) }
        if let pixels = division.pixels(touching: center, within: cone.searched) {
            var found = InlineArray<4, Range<Int>>(repeating: 0..<0)
            var candidates = 0
            for index in pixels.indices where pixels[index] >= 0 {
                found[index] = try rows(from: pixels[index], to: pixels[index] + 1)
                candidates += found[index].count
            }
            if candidates > Self.crowd { return try searchFinely(cone, Self.fine(cone), body) }
            for index in found.indices {
                try scan(found[index].lowerBound, found[index].upperBound, cone, body)
            }
            return
        }
        try search(cone, body)
    }

    /// More rows than this are not looked at one by one where few of them can match.
    private static var crowd: Int { 64 }

    /// The division whose pixels are half as wide as the cone's radius.
    private static func fine(_ cone: Cone) -> HEALPix { HEALPix(resolution: cone.searched * (90 / .pi)) }

    /// Looks at the rows of all pixels that the cone touches.
    private func search(_ cone: Cone, _ body: (Int, Double) -> Void) throws(CatalogIndexError) {
        let fine = Self.fine(cone)
        if fine.order > division.order {
            // The directory does not resolve the cone: a crowded pixel is not to be read as a whole.
            var candidates = 0
            try forEachRange(division, cone) { pixels throws(CatalogIndexError) in
                candidates += try rows(from: pixels.lowerBound, to: pixels.upperBound).count
            }
            if candidates > Self.crowd { return try searchFinely(cone, fine, body) }
        }
        // Finer pixels follow the edge more closely, which pays where there are many rows.
        let expected = Double(layout.rows) * (1 - UnitVector.cosine(cone.searched)) / 2
        let wanted = min(fine.order + (expected > 1000 ? 2 : 0), division.order)
        let shift = 2 * (division.order - wanted)
        try forEachRange(HEALPix(order: wanted) ?? division, cone) { pixels throws(CatalogIndexError) in
            let rows = try rows(from: pixels.lowerBound << shift, to: pixels.upperBound << shift)
            try scan(rows.lowerBound, rows.upperBound, cone, body)
        }
    }

    /// Finds the rows of pixels finer than the directory's by their keys.
    private func searchFinely(
        _ cone: Cone, _ fine: HEALPix, _ body: (Int, Double) -> Void
    ) throws(CatalogIndexError) {
        let toDirectory = 2 * (fine.order - division.order)
        let toKeys = UInt64(2 * (HEALPix.maximumOrder - fine.order))
        try forEachRange(fine, cone) { pixels throws(CatalogIndexError) in
            let rows = try rows(
                from: pixels.lowerBound >> toDirectory, to: (pixels.upperBound - 1) >> toDirectory + 1)
            let first = try firstRow(in: rows, from: UInt64(pixels.lowerBound) << toKeys)
            let end = try firstRow(in: first..<rows.upperBound, from: UInt64(pixels.upperBound) << toKeys)
            try scan(first, end, cone, body)
        }
    }

    /// Calls a function with the pixels of a division that the cone touches; what it throws ends this.
    private func forEachRange(
        _ division: HEALPix, _ cone: Cone, _ body: (Range<Int>) throws(CatalogIndexError) -> Void
    ) throws(CatalogIndexError) {
        var failure: CatalogIndexError?
        division.forEachRange(within: cone.searched * (180 / .pi), of: cone.center, .overlapping) { pixels in
            guard failure == nil else { return }
            do throws(CatalogIndexError) { try body(pixels) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// The rows of some pixels of the directory.
    @inline(__always)
    private func rows(from first: Int, to end: Int) throws(CatalogIndexError) -> Range<Int> {
        let start = try firstRow(of: first)
        let stop = try firstRow(of: end)
        guard start <= stop else { throw damage("the directory") }
        return start..<stop
    }

    /// The first of some rows whose key is not less than one, by halving.
    private func firstRow(in rows: Range<Int>, from key: UInt64) throws(CatalogIndexError) -> Int {
        var (low, high) = (rows.lowerBound, rows.upperBound)
        while low < high {
            let middle = low + (high - low) / 2
            let record = records + middle * IndexLayout.recordSize
            try check(record, 8)
            if file.word(at: record) < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Tells which of some rows are in the cone.
    @inline(__always)
    private func scan(
        _ first: Int, _ end: Int, _ cone: Cone, _ body: (Int, Double) -> Void
    ) throws(CatalogIndexError) {
        guard first < end else { return }
        var record = records + first * IndexLayout.recordSize
        try check(record, (end - first) * IndexLayout.recordSize)
        for row in first..<end {
            let x = file.double(at: record + IndexLayout.direction) - cone.axis.x
            let y = file.double(at: record + IndexLayout.direction + 8) - cone.axis.y
            let z = file.double(at: record + IndexLayout.direction + 16) - cone.axis.z
            let chord = x * x + y * y + z * z
            if chord <= cone.limit { body(row, UnitVector.angle(ofSquaredChord: chord)) }
            record += IndexLayout.recordSize
        }
    }

    /// Tells the system which pages these positions will need, so that it reads them at the same time instead of one
    /// after the other. The answers do not depend on it. It costs some microseconds for each position, which pays where
    /// the file is larger than the memory.
    ///
    /// - Parameter radius: in degrees; for one degree and more nothing is done.
    public func expect(_ centers: [Coordinates], within radius: Double) {
        guard radius >= 0, radius < 1, layout.rows > 0, !file.staysInMemory else { return }
        let angle = radius * (.pi / 180) + 1e-10
        // Two rounds, because the directory says where the records are.
        for center in centers {
            forEachPixel(touching: center, within: angle) { pixel in
                expect(directory + pixel * 8, 16)
            }
        }
        for center in centers {
            forEachPixel(touching: center, within: angle) { pixel in
                // What is damaged is said by the search itself.
                guard let first = try? firstRow(of: pixel), let end = try? firstRow(of: pixel + 1),
                    first < end,
                    end - first <= Self.crowd
                else { return }
                expect(records + first * IndexLayout.recordSize, (end - first) * IndexLayout.recordSize)
            }
        }
    }

    /// Expects some bytes, with all of their blocks where these are not checked yet.
    private func expect(_ start: Int, _ count: Int) {
        let (first, last) = (start / IndexLayout.blockSize, (start + count - 1) / IndexLayout.blockSize)
        let areChecked = (first...last).allSatisfy(file.isChecked)
        file.expect(
            areChecked
                ? start..<start + count : first * IndexLayout.blockSize..<(last + 1) * IndexLayout.blockSize)
    }

    /// Calls a function with the directory's pixels that a small disc touches.
    private func forEachPixel(touching center: Coordinates, within angle: Double, _ body: (Int) -> Void) {
        if let pixels = division.pixels(touching: center, within: angle) {
            for index in pixels.indices where pixels[index] >= 0 { body(pixels[index]) }
            return
        }
        let degrees = angle * (180 / .pi)
        division.forEachRange(within: degrees, of: center, .overlapping) { $0.forEach(body) }
    }
}
