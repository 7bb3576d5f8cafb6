public import Sky
import XML

/// What an event notice (VOEvent 2.0, IVOA Recommendation of 2011) says about when and where something happened.
public struct VOEvent: Sendable {
    /// When it happened, to the nearest second; nil where it does not say.
    public let time: UTCTime?
    /// The mission's number of the event.
    public let trigger: Int64?
    /// Names of the event: `FERMI#bn180116678`, `LVC#S190425z`.
    public let aliases: [String]
    /// Where its sky map is.
    public let mapURL: String?
    /// Where it happened, and one standard deviation of that in degrees.
    public let cone: (center: Coordinates, error: Double)?
    /// Whether it takes an earlier notice back.
    public let isRetraction: Bool

    private static let namespace = "http://www.ivoa.net/xml/VOEvent/v2.0"
    /// What may be in it, each once at most.
    private static let sections: Set<String> = [
        "Who", "What", "WhereWhen", "How", "Why", "Citations", "Description", "Reference",
    ]
    private static let roles: Set<String> = ["observation", "prediction", "utility", "test"]

    /// GCN's numbers of notices (https://gcn.gsfc.nasa.gov/filtering.html).
    private enum Notice {
        /// Fermi GBM's positions: of the satellite, from the ground, final.
        static let fermiPositions: Set<Int64> = [111, 112, 115]
        static let fermiFinalPosition: Int64 = 115
        static let fermiSubthreshold: Int64 = 131
    }

    /// Reads a notice.
    ///
    /// - Throws: where the text is not XML, has a document type, or is no VOEvent 2.0: another namespace, version or
    ///   role, no `ivorn`, sections that do not exist or come twice, parameters where none belong.
    public init(xml text: String) throws(SkymapError) {
        let root: XMLElement
        do { root = try XMLTree.root(of: text) } catch { throw SkymapError("xml: \(error)") }
        try Self.check(root)
        let notice = root.first(["What"])
        func value(_ name: String) -> String? {
            notice?.children.first { $0.name == "Param" && $0.attributes["name"] == name }?.attributes[
                "value"]
        }
        let type = value("Packet_Type").flatMap { Int64($0) }
        trigger = Self.parameter("TrigID", in: root).flatMap { Int64($0) }
        time = Self.time(in: root)
        isRetraction = value("Retraction").flatMap { Int64($0) } == 1
        cone = Self.cone(in: root)

        var aliases: [String] = []
        if let type, Notice.fermiPositions.contains(type), let url = value("LightCurve_URL"),
            let burst = Self.burst(in: url)
        {
            aliases.append("FERMI#\(burst)")
        }
        if let name = value("GraceID") { aliases.append("LVC#\(name)") }
        self.aliases = aliases

        if type == Notice.fermiFinalPosition, let picture = value("LocationMap_URL") {
            mapURL = picture.replacing("http://", with: "https://").replacing("_locplot_", with: "_healpix_")
                .replacing(".png", with: ".fit")
        } else if type == Notice.fermiSubthreshold, let url = value("HealPix_URL") {
            mapURL = url
        } else {
            let group = notice?.children.first { $0.name == "Group" && $0.attributes["type"] == "GW_SKYMAP" }
            mapURL = group?.children.first { $0.attributes["name"] == "skymap_fits" }?.attributes["value"]
        }
    }

    private static func check(_ root: XMLElement) throws(SkymapError) {
        let declaration = root.prefix.isEmpty ? "xmlns" : "xmlns:\(root.prefix)"
        guard root.name == "VOEvent", root.attributes[declaration] == namespace else {
            throw SkymapError("the root is not VOEvent of \(namespace)")
        }
        guard root.attributes["version"] == "2.0" else { throw SkymapError("the version is not 2.0") }
        guard let name = root.attributes["ivorn"], name.hasPrefix("ivo://"), !name.contains(" ") else {
            throw SkymapError("there is no ivorn")
        }
        guard roles.contains(root.attributes["role"] ?? "observation") else {
            throw SkymapError("the role is unknown")
        }
        guard root.text.allSatisfy(\.isWhitespace) else {
            throw SkymapError("there is text between sections")
        }
        var seen = Set<String>()
        for section in root.children {
            guard sections.contains(section.name), seen.insert(section.name).inserted else {
                throw SkymapError("the section \(section.name.prefix(40)) is unknown or there twice")
            }
        }
        for element in root.first("What")?.children ?? [] {
            guard ["Param", "Group", "Table", "Description", "Reference"].contains(element.name) else {
                throw SkymapError("What cannot hold \(element.name.prefix(40))")
            }
            guard element.name == "Group" else { continue }
            for inner in element.children
            where !["Param", "Description", "Reference"].contains(inner.name) {
                throw SkymapError("Group cannot hold \(inner.name.prefix(40))")
            }
        }
        for element in root.first("WhereWhen")?.children ?? []
        where !["ObsDataLocation", "Description", "Reference"].contains(element.name) {
            throw SkymapError("WhereWhen cannot hold \(element.name.prefix(40))")
        }
    }

    /// The value of the first parameter of a name at any depth.
    private static func parameter(_ name: String, in element: XMLElement) -> String? {
        if element.name == "Param", element.attributes["name"] == name { return element.attributes["value"] }
        for child in element.children { if let value = parameter(name, in: child) { return value } }
        return nil
    }

    private static let location = ["WhereWhen", "ObsDataLocation", "ObservationLocation", "AstroCoords"]

    private static func time(in root: XMLElement) -> UTCTime? {
        for coordinates in root.all(location)
        where coordinates.attributes["coord_system_id"]?.hasPrefix("UTC-") == true {
            guard let text = coordinates.first(["Time", "TimeInstant", "ISOTime"])?.text.trimmed else {
                continue
            }
            do {
                let time = try UTCTime(iso8601: text)
                return UTCTime(seconds: (Double(time.milliseconds) / 1000).rounded())
            } catch {
                // A time that is none is not there.
                continue
            }
        }
        return nil
    }

    private static func cone(in root: XMLElement) -> (center: Coordinates, error: Double)? {
        guard let position = root.first(location + ["Position2D"]),
            let ra = position.first(["Value2", "C1"]).flatMap({ Double($0.text.trimmed) }),
            let dec = position.first(["Value2", "C2"]).flatMap({ Double($0.text.trimmed) }),
            let radius = position.first("Error2Radius").flatMap({ Double($0.text.trimmed) })
        else { return nil }
        do {
            return (try Coordinates(ra: ra, dec: dec), radius / (isOfAMON(root) ? ninetyFivePercent : 1))
        } catch {
            // A position that is none is not there.
            return nil
        }
    }

    /// How many standard deviations of a Gaussian in two dimensions hold 95 %: √(−2 ln 0.05).
    private static let ninetyFivePercent = 2.447746830680816

    /// Whether the notice is one of AMON, which tells another radius than the standard deviation.
    private static func isOfAMON(_ root: XMLElement) -> Bool {
        let name = root.attributes["ivorn"] ?? ""
        let path = name.dropFirst("ivo://".count).drop { $0 != "/" }.dropFirst()
        return path.prefix { $0 != "#" && $0 != "?" } == "AMON"
    }

    /// The name of a burst in the address of its files: `…/triggers/2018/bn180116678/quicklook/…`.
    private static func burst(in url: String) -> Substring? {
        guard let start = url.firstRange(of: "/triggers/") else { return nil }
        let parts = url[start.upperBound...].split(separator: "/", omittingEmptySubsequences: false)
        return parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil
    }
}

extension String {
    /// Without white space at both ends.
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
