import Glibc

/// What an alert says of the detection that caused it: the 103 fields of `candidate`.
struct Candidate: Sendable {
    let measurement: Measurement
    let object: SkyObject
    let neighbours: Neighbours
    /// Detections and coverages so far, this one included.
    let detections: Int
    let coverages: Int
    /// Julian date of the first detection.
    let firstDetection: Double
    private let minorPlanet: MinorPlanetMatch
    private let image: ImageQuality

    /// The version of the classifier behind `rb`.
    static let realBogusVersion = "t17_f5_c3"

    /// Numbers that describe the difference image and its neighbourhood.
    private struct ImageQuality {
        let firstReference: Double
        let lastReference: Double
        let frames: Int32
        let noiseRatio: Double
        let sourceRatio: Double
        let matches: Int32
        let colourCovariance: Double
        let medianZeroPoint: Double
        let medianColour: Double
        let colourScatter: Double
        let deepScore: Double
    }

    /// The candidate of a detection.
    init(
        seed: UInt64, measurement: Measurement, object: SkyObject, neighbours: Neighbours, detections: Int,
        coverages: Int, firstDetection: Double
    ) {
        self.measurement = measurement
        self.object = object
        self.neighbours = neighbours
        self.detections = detections
        self.coverages = coverages
        self.firstDetection = firstDetection
        let exposure = measurement.exposure
        var stream = RandomStream(
            seed: seed, .measurement, object.identity, -exposure.night.number, exposure.fraction)
        if case .passing(let magnitude) = object.curve {
            minorPlanet = MinorPlanetMatch(
                distance: stream.uniform(0, 2.5), magnitude: (magnitude * 10).rounded() / 10,
                name: String(1_000 + object.identity.hashed(below: 540_000)))
        } else {
            minorPlanet = .none
        }
        // The reference is a field's and a filter's own, whoever looks.
        var reference = RandomStream(seed: seed, .exposure, exposure.field, exposure.filter, exposure.channel)
        let first = sevenDecimals(
            2_458_150.5 + reference.uniform(0, 60).rounded(.down) + reference.uniform(0.1, 0.5))
        let ratio = 8 + measurement.scorr * stream.uniform(0.3, 1.1)
        image = ImageQuality(
            firstReference: first,
            lastReference: sevenDecimals(first + reference.uniform(10, 90)),
            frames: Int32(15 + reference.integer(below: 12)), noiseRatio: ratio * stream.uniform(0.2, 0.9),
            sourceRatio: ratio * stream.uniform(1, 1.8), matches: Int32(180 + stream.integer(below: 900)),
            colourCovariance: stream.uniform(-8e-5, -8e-6), medianZeroPoint: three(exposure.zeroPoint - 0.02),
            medianColour: three(stream.uniform(0.5, 1.2)), colourScatter: stream.uniform(0.2, 0.35),
            deepScore: measurement.rb < 0.6 && stream.happens(0.7)
                ? stream.uniform() : 1 - 0.1 * pow(stream.uniform(), 6) - 1e-6 * stream.uniform())
    }

    /// Writes the fields in the schema's order.
    func write(to writer: inout FieldWriter) {
        let exposure = measurement.exposure
        writer.append(
            sharedOf: measurement, isdiffpos: measurement.isPositive ? "t" : "f",
            image: exposure.imageName + ".fits",
            minorPlanet: minorPlanet)
        writer.append("ranr", double: measurement.ranr)
        writer.append("decnr", double: measurement.decnr)
        write(source: 0, to: &writer)
        writer.append("ndethist", int32: Int32(clamping: detections))
        writer.append("ncovhist", int32: Int32(clamping: coverages))
        writer.append("jdstarthist", double: firstDetection)
        writer.append("jdendhist", double: exposure.julianDate)
        writer.append("scorr", double: measurement.scorr)
        writer.append("tooflag", int32: 0)
        writer.append("objectidps1", int64: source(0)?.identifier ?? -999)
        writer.append("objectidps2", int64: source(1)?.identifier ?? -999)
        write(source: 1, to: &writer)
        writer.append("objectidps3", int64: source(2)?.identifier ?? -999)
        write(source: 2, to: &writer)
        writer.append("nmtchps", int32: Int32(clamping: neighbours.matches))
        writer.append("rfid", int64: exposure.referenceID)
        writer.append("jdstartref", double: image.firstReference)
        writer.append("jdendref", double: image.lastReference)
        writer.append("nframesref", int32: image.frames)
        writer.append("rbversion", string: Self.realBogusVersion)
        writer.append("dsnrms", float: image.noiseRatio)
        writer.append("ssnrms", float: image.sourceRatio)
        writer.append("dsdiff", float: image.noiseRatio - image.sourceRatio)
        writer.append(zeroPointOf: exposure)
        writer.append("nmatches", int32: image.matches)
        writer.append("clrcoeff", float: exposure.colour.coefficient)
        writer.append("clrcounc", float: exposure.colour.error)
        writer.append("zpclrcov", float: image.colourCovariance)
        writer.append("zpmed", float: image.medianZeroPoint)
        writer.append("clrmed", float: image.medianColour)
        writer.append("clrrms", float: image.colourScatter)
        writer.append("neargaia", float: neighbours.gaia.distance)
        writer.append("neargaiabright", float: neighbours.gaiaBright.distance)
        writer.append("maggaia", float: neighbours.gaia.magnitude)
        writer.append("maggaiabright", float: neighbours.gaiaBright.magnitude)
        writer.append("exptime", float: 30)
        writer.append("drb", float: image.deepScore)
        writer.append("drbversion", string: "d6_m7")
    }

    /// The source of a rank, nil if there are fewer.
    private func source(_ rank: Int) -> Neighbours.Source? {
        rank < neighbours.sources.count ? neighbours.sources[rank] : nil
    }

    /// The names of a source's fields, by rank.
    private static let sourceKeys: [[StaticString]] = [
        ["sgmag1", "srmag1", "simag1", "szmag1", "sgscore1", "distpsnr1"],
        ["sgmag2", "srmag2", "simag2", "szmag2", "sgscore2", "distpsnr2"],
        ["sgmag3", "srmag3", "simag3", "szmag3", "sgscore3", "distpsnr3"],
    ]

    /// Magnitudes, star score and distance of a source of Pan-STARRS1.
    private func write(source rank: Int, to writer: inout FieldWriter) {
        let keys = Self.sourceKeys[rank]
        let source = source(rank)
        for band in 0..<4 { writer.append(keys[band], float: source?.magnitudes[band] ?? Neighbours.missing) }
        writer.append(keys[4], float: source?.starScore ?? Neighbours.missing)
        writer.append(keys[5], float: source?.distance ?? Neighbours.missing)
    }
}

extension Int {
    /// A number below a bound that looks drawn but always is the same.
    fileprivate func hashed(below bound: Int) -> Int {
        var stream = RandomStream(seed: 0, .object, self)
        return stream.integer(below: bound)
    }
}
