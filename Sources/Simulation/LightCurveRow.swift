/// A row of `prv_candidates`: a detection, or an exposure in which nothing was detected.
struct LightCurveRow: Sendable {
    let exposure: Exposure
    /// Nil where nothing was detected.
    let measurement: Measurement?

    /// The fields that a row without a detection leaves null, up to the night's number.
    private static let unmeasuredBefore: [StaticString] = ["candid", "isdiffpos", "tblid"]
    /// And those after the field's number.
    private static let unmeasuredAfter: [StaticString] = [
        "xpos", "ypos", "ra", "dec", "magpsf", "sigmapsf", "chipsf", "magap", "sigmagap", "distnr", "magnr",
        "sigmagnr", "chinr", "sharpnr", "sky", "magdiff", "fwhm", "classtar", "mindtoedge", "magfromlim",
        "seeratio",
        "aimage", "bimage", "aimagerat", "bimagerat", "elong", "nneg", "nbad", "rb", "ssdistnr", "ssmagnr",
        "ssnamenr", "sumrat", "magapbig", "sigmagapbig", "ranr", "decnr", "scorr",
    ]

    /// Writes the row's fields.
    ///
    /// - Parameter night: the alert's night, which decides how `isdiffpos` is spelled: the survey's database
    ///   holds `1` and `0` until the night is over.
    func write(to writer: inout FieldWriter, night: Night) {
        if let measurement {
            let spelling = exposure.night == night ? ("1", "0") : ("t", "f")
            writer.append(
                sharedOf: measurement, isdiffpos: measurement.isPositive ? spelling.0 : spelling.1,
                image: exposure.archivePath, minorPlanet: nil)
            writer.append("ranr", double: measurement.ranr)
            writer.append("decnr", double: measurement.decnr)
            writer.append("scorr", double: measurement.scorr)
        } else {
            writer.append(identityOf: exposure, image: exposure.archivePath)
            for key in Self.unmeasuredBefore { writer.appendNull(key) }
            writer.append(fieldOf: exposure)
            for key in Self.unmeasuredAfter { writer.appendNull(key) }
        }
        writer.append(zeroPointOf: exposure)
        writer.append("clrcoeff", float: exposure.colour.coefficient)
        writer.append("clrcounc", float: exposure.colour.error)
        writer.append("rbversion", string: Candidate.realBogusVersion)
    }
}

/// The nearest known minor planet, as a candidate names it.
struct MinorPlanetMatch: Sendable {
    /// Arcseconds, −999 if there is none.
    let distance: Double
    /// Predicted magnitude, −999 if there is none.
    let magnitude: Double
    /// Its name, the word `null` if there is none.
    let name: String

    /// None within 30 arcseconds.
    static let none = MinorPlanetMatch(
        distance: Neighbours.missing, magnitude: Neighbours.missing, name: "null")
}

extension FieldWriter {
    /// The first seven fields of a candidate and of a row.
    mutating func append(identityOf exposure: Exposure, image: String) {
        append("jd", double: exposure.julianDate)
        append("fid", int32: Int32(truncatingIfNeeded: exposure.filter))
        append("pid", int64: exposure.processingID)
        append("diffmaglim", float: exposure.limit)
        append("pdiffimfilename", string: image)
        append("programpi", string: exposure.investigator)
        append("programid", int32: exposure.program)
    }

    /// Night, channel and field.
    mutating func append(fieldOf exposure: Exposure) {
        append("nid", int32: Int32(truncatingIfNeeded: exposure.night.number))
        append("rcid", int32: Int32(truncatingIfNeeded: exposure.channel))
        append("field", int32: Int32(truncatingIfNeeded: exposure.field))
    }

    /// The zero point, its error and its scatter.
    mutating func append(zeroPointOf exposure: Exposure) {
        append("magzpsci", float: exposure.zeroPoint)
        append("magzpsciunc", float: exposure.zeroPointError.formal)
        append("magzpscirms", float: exposure.zeroPointError.scatter)
    }

    /// The fields from `jd` to `sigmagapbig`, which a candidate and the row of a detection share.
    ///
    /// - Parameter minorPlanet: nil in rows, which keep no match.
    mutating func append(
        sharedOf measurement: Measurement, isdiffpos: String, image: String, minorPlanet: MinorPlanetMatch?
    ) {
        append(identityOf: measurement.exposure, image: image)
        append("candid", int64: measurement.candid)
        append("isdiffpos", string: isdiffpos)
        append("tblid", int64: Int64(measurement.counter))
        append(fieldOf: measurement.exposure)
        append("xpos", float: measurement.xpos)
        append("ypos", float: measurement.ypos)
        append("ra", double: measurement.ra)
        append("dec", double: measurement.dec)
        append("magpsf", float: measurement.magpsf)
        append("sigmapsf", float: measurement.sigmapsf)
        append("chipsf", float: measurement.chipsf)
        append("magap", float: measurement.magap)
        append("sigmagap", float: measurement.sigmagap)
        append("distnr", float: measurement.distnr)
        append("magnr", float: measurement.magnr)
        append("sigmagnr", float: measurement.referenceShape.error)
        append("chinr", float: measurement.referenceShape.chi)
        append("sharpnr", float: measurement.referenceShape.sharpness)
        append("sky", float: measurement.sky)
        append("magdiff", float: measurement.magap - measurement.magpsf)
        append("fwhm", float: measurement.fwhm)
        append("classtar", float: measurement.classtar)
        append("mindtoedge", float: measurement.mindtoedge)
        append("magfromlim", float: measurement.exposure.limit - measurement.magap)
        append("seeratio", float: measurement.seeratio)
        append("aimage", float: measurement.aimage)
        append("bimage", float: measurement.bimage)
        append("aimagerat", float: measurement.aimage / measurement.fwhm)
        append("bimagerat", float: measurement.bimage / measurement.fwhm)
        append("elong", float: measurement.aimage / measurement.bimage)
        append("nneg", int32: measurement.nneg)
        append("nbad", int32: measurement.nbad)
        append("rb", float: measurement.rb)
        if let minorPlanet {
            append("ssdistnr", float: minorPlanet.distance)
            append("ssmagnr", float: minorPlanet.magnitude)
            append("ssnamenr", string: minorPlanet.name)
        } else {
            appendNull("ssdistnr")
            appendNull("ssmagnr")
            appendNull("ssnamenr")
        }
        append("sumrat", float: measurement.sumrat)
        append("magapbig", float: measurement.magapbig)
        append("sigmagapbig", float: measurement.sigmagapbig)
    }
}
