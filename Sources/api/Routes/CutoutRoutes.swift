import Archive
import FITS
import Foundation
import HTTP
import Imaging
import Service

/// `GET /api/cutouts/…`: an image of an alert as a FITS file or a picture.
struct CutoutRoutes: RouteGroup {
    let runner: QueryRunner
    let turns: QueryTurns
    /// Where images are read and drawn: that takes milliseconds, in which the threads of the handlers must not be kept.
    let threads = WorkerThreads(name: "cutouts", count: ProcessInfo.processInfo.activeProcessorCount)

    /// What may be asked for.
    private static let formats = ["fits", "png"]
    /// A stamp has some 80 pixels square, and a few cards.
    private static let limits = FITSLimits(bytes: 16 << 20, values: 1 << 20, units: 8, cards: 5000)
    /// An alert's images never change.
    private static let caching = "private, max-age=31536000, immutable"

    func declare(in table: inout RouteTable) {
        let details = """
            The image has North up: those of ZTF are flipped, those of PGIR mirrored and turned. A FITS file keeps the \
            header as the survey wrote it. A picture has 168 pixels square; `stretch` is `log` unless it is said, and \
            `linear` for the difference.
            """
        table.on(
            "GET", "/api/cutouts/{survey}/{candid}/{cutout}/{file_format}", for: .users,
            RouteDescription(
                "Gives an image of an alert as a FITS file or a picture.", tag: "cutouts", details: details,
                path: [
                    "survey": .string(allowed: Archive.surveys.map(\.routeName)), "candid": .integer(),
                    "cutout": .string(allowed: Cutout.allCases.map(\.rawValue)),
                    "file_format": .string(allowed: Self.formats),
                ],
                query: [
                    .optional("interval", .string(allowed: Interval.allCases.map(\.rawValue))),
                    .optional("stretch", .string(allowed: Stretch.allCases.map(\.rawValue))),
                    .optional("cmap", .string(allowed: ColorMap.allCases.map(\.rawValue))),
                ],
                answers: [200: .other("The image.", "image/fits", "image/png")])
        ) { try await respond(to: $0, user: $1) }
    }

    private func respond(to request: Request, user: User) async throws -> Response {
        let asked = try CutoutRequest(request, formats: Self.formats)
        let turn = try await turns.take(for: user.name)
        defer { withExtendedLifetime(turn) {} }
        let survey = asked.survey
        let stamp = try await runner.stamp(asked.cutout, of: asked.candid, in: survey, for: user)
        let bytes = try await threads.run {
            do {
                let image = try Self.oriented(
                    FITSFile(stamp.bytes, limits: Self.limits).image(), survey.stamps.orientation)
                guard asked.isPicture else { return image.fileBytes() }
                return try asked.rendering.png(of: image.values, width: image.width, height: image.height)
            } catch let error as FITSError {
                throw RequestError(nil, "failure: \(error)")
            } catch let error as ImagingError {
                throw RequestError(nil, "failure: \(error)")
            }
        }
        var headers: HeaderFields = ["Cache-Control": Self.caching]
        headers["Content-Type"] = asked.isPicture ? "image/png" : "image/fits"
        if !asked.isPicture {
            headers["Content-Disposition"] = "Attachment;filename=\(asked.fileName(of: stamp))"
        }
        return Response(status: 200, headers: headers, body: .bytes(bytes))
    }

    /// An image with North up.
    private static func oriented(_ image: FITSImage, _ orientation: Survey.Stamps.Orientation) -> FITSImage {
        let (width, height) = (image.width, image.height)
        let size = orientation.size(width: width, height: height)
        return image.rearranged(width: size.width, height: size.height) { column, row in
            let source = orientation.source(column: column, row: row, width: width, height: height)
            return image.values[source.row * width + source.column]
        }
    }
}
