/// One alert packet.
public struct Packet: Sendable, Equatable {
    /// The key of its message: the candid in decimal.
    public let key: String
    /// The detection's number, above 2⁵³.
    public let candid: Int64
    /// The object's name.
    public let objectId: String
    /// Start of the exposure, Julian date UTC.
    public let jd: Double
    /// Whose data it is: 1 public, 2 partnership, 3 Caltech.
    public let programid: Int32
    /// An Avro object container file with its schema and one record in it.
    public let bytes: [UInt8]
}

/// What a packet says, without its stamps.
struct Alert: Sendable {
    let candidate: Candidate
    /// In ascending order of time; nil for an object without a past.
    let rows: [LightCurveRow]?
    /// In descending order of time.
    let forcedPhotometry: [ForcedPhotometry]?
}

/// What a packet is made of, before it is Avro.
struct PacketContents: Sendable {
    let alert: Alert
    /// Gzip of FITS.
    let science: [UInt8]
    let template: [UInt8]
    let difference: [UInt8]

    /// Compresses the stamps.
    ///
    /// - Throws: `SimulationError` if zlib fails.
    init(alert: Alert, stamps: Stamps) throws(SimulationError) {
        self.alert = alert
        var gzip = try GzipStream(searching: stamps.areCut)
        science = try gzip.compress(FITSImage.bytes(of: stamps.science))
        template = try gzip.compress(FITSImage.bytes(of: stamps.template))
        difference = try gzip.compress(FITSImage.bytes(of: stamps.difference))
    }

    /// Writes the record's ten fields.
    func write(to writer: inout FieldWriter) {
        let candidate = alert.candidate
        let measurement = candidate.measurement
        let night = measurement.exposure.night
        writer.append("schemavsn", string: AlertSchema.version)
        writer.append("publisher", string: "Skipper (simulated ZTF)")
        writer.append("objectId", string: candidate.object.name)
        writer.append("candid", int64: measurement.candid)
        writer.append("candidate") { candidate.write(to: &$0) }
        writer.append("prv_candidates", records: alert.rows) { $0.write(to: &$1, night: night) }
        writer.append("fp_hists", records: alert.forcedPhotometry) { $0.write(to: &$1) }
        let name = "candid" + String(measurement.candid)
        let image = name + "_pid" + String(measurement.exposure.processingID)
        append(science, as: "cutoutScience", named: image + "_targ_sci.fits.gz", to: &writer)
        append(template, as: "cutoutTemplate", named: name + "_ref.fits.gz", to: &writer)
        append(difference, as: "cutoutDifference", named: image + "_targ_scimref.fits.gz", to: &writer)
    }

    private func append(
        _ stamp: [UInt8], as key: StaticString, named name: String, to writer: inout FieldWriter
    ) {
        writer.append(key) {
            $0.append("fileName", string: name)
            $0.append("stampData", bytes: stamp)
        }
    }
}

extension ForcedPhotometry {
    /// Writes the row's 29 fields.
    func write(to writer: inout FieldWriter) {
        writer.append("field", int32: Int32(truncatingIfNeeded: exposure.field))
        writer.append("rcid", int32: Int32(truncatingIfNeeded: exposure.channel))
        writer.append("fid", int32: Int32(truncatingIfNeeded: exposure.filter))
        writer.append("pid", int64: exposure.processingID)
        writer.append("rfid", int64: exposure.referenceID)
        writer.append("sciinpseeing", float: exposure.seeing)
        writer.append("scibckgnd", float: background)
        writer.append("scisigpix", float: exposure.pixelNoise)
        writer.append(zeroPointOf: exposure)
        writer.append("clrcoeff", float: exposure.colour.coefficient)
        writer.append("clrcounc", float: exposure.colour.error)
        writer.append("exptime", float: 30)
        writer.append("adpctdif1", float: apertureDifferences.first)
        writer.append("adpctdif2", float: apertureDifferences.second)
        writer.append("diffmaglim", float: exposure.limit)
        writer.append("programid", int32: exposure.program)
        writer.append("jd", double: exposure.julianDate)
        writer.append("forcediffimflux", float: flux)
        writer.append("forcediffimfluxunc", float: fluxError)
        writer.append("procstatus", string: status)
        writer.append("distnr", float: distnr)
        writer.append("ranr", double: ranr)
        writer.append("decnr", double: decnr)
        writer.append("magnr", float: magnr)
        writer.append("sigmagnr", float: referenceShape.error)
        writer.append("chinr", float: referenceShape.chi)
        writer.append("sharpnr", float: referenceShape.sharpness)
    }
}
