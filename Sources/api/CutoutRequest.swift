import Archive
import HTTP
import Imaging

/// What a request for a cutout asks for.
struct CutoutRequest: Sendable {
    let survey: Survey
    let candid: Int64
    let cutout: Cutout
    /// Whether it is a picture and not a FITS file.
    let isPicture: Bool
    /// How the picture is drawn.
    let rendering: Rendering

    /// Characters of what was sent that are quoted in a message.
    private static let quoted = 64

    /// - Throws: `RequestError` that names what there is, in Kowalski's words.
    init(_ request: Request, formats: [String]) throws {
        // The names of surveys and cutouts may be in capitals.
        survey = try Survey.named((request.parameters["survey"] ?? "").lowercased())
        cutout = try Self.choice("cutout", (request.parameters["cutout"] ?? "").lowercased())
        let format = request.parameters["file_format"] ?? ""
        guard formats.contains(format) else { throw Self.unknown("file format", format, formats) }
        isPicture = format == "png"

        var rendering = Rendering(stretch: cutout == .difference ? .linear : .log)
        if let interval = request.queryValue("interval") {
            rendering.interval = try Self.choice("interval", interval.lowercased())
        }
        if let stretch = request.queryValue("stretch") {
            rendering.stretch = try Self.choice("stretch", stretch.lowercased())
        }
        if let colors = request.queryValue("cmap") {
            rendering.colors = try Self.choice("cmap", colors.lowercased())
        }
        self.rendering = rendering

        let candid = request.parameters["candid"] ?? ""
        guard let number = Int64(candid) else {
            throw RequestError(nil, "\(survey.routeName) alert \(candid.prefix(Self.quoted)) not found")
        }
        self.candid = number
    }

    /// What a FITS file is called: as the survey called it, without the suffix of its compression.
    func fileName(of stamp: Stamp) -> String {
        let standard = "\(survey.routeName)_\(candid)_\(cutout.rawValue).fits"
        guard let name = stamp.fileName?.split(separator: "/").last else { return standard }
        let stem = name.lastIndex(of: ".").map { $0 == name.startIndex ? name : name[..<$0] } ?? name
        // A packet may call its files what it likes; a header field has its own ideas of some characters.
        let safe = stem.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-+".contains($0)) ? $0 : "_" }
        return safe.isEmpty ? standard : String(safe)
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ what: String, _ text: String
    ) throws -> Choice {
        guard let choice = Choice(rawValue: text) else {
            throw unknown(what, text, Choice.allCases.map(\.rawValue))
        }
        return choice
    }

    private static func unknown(_ what: String, _ text: String, _ known: [String]) -> RequestError {
        RequestError(
            nil, "\(what) \(text.prefix(quoted)) not in [\(known.map { "'\($0)'" }.joined(separator: ", "))]")
    }
}
