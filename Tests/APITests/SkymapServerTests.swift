import Documents
import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

/// Sky maps that are fetched from other servers.
@Suite struct SkymapServerTests {
    /// A server of maps, and what it was asked.
    private final class MapServer: Sendable {
        let asked = Mutex<[String]>([])
        let map: [UInt8]

        init(map: [UInt8]) { self.map = map }

        func answer(_ request: Request) -> Response {
            asked.withLock { $0.append("\(request.method) \(request.path)") }
            switch request.path {
            case "/map.fits": return Response(status: 200, body: .bytes(map))
            case "/large.fits":
                return Response(status: 200, body: .bytes([UInt8](repeating: 0, count: 300_000)))
            case "/moved.fits": return Response(status: 302, headers: ["Location": "/map.fits"])
            default: return .plain(status: 404)
            }
        }
    }

    private static let map = """
        import base64, io
        import numpy as np
        from astropy.io import fits
        table = fits.BinTableHDU.from_columns([
            fits.Column("UNIQ", "K", array=np.array([16, 17])),
            fits.Column("PROBDENSITY", "D", array=np.array([1.0, 3.0]))])
        stream = io.BytesIO()
        fits.HDUList([fits.PrimaryHDU(), table]).writeto(stream)
        print(base64.b64encode(stream.getvalue()).decode(), end="")
        """

    private static func withServers(
        _ body: (RunningAPI, MapServer, String) async throws -> Void
    ) async throws {
        let maps = MapServer(map: Array(try #require(Data(base64Encoded: try await python(map)))))
        var settings = ServerSettings()
        settings.host = "127.0.0.1"
        settings.port = 0
        let server = try Server(settings) { maps.answer($0) }
        let address = "http://127.0.0.1:\(server.port)"
        try await SkymapTests.withReadyAPI(settings: [
            "SKIPPER_SKYMAPS__ALLOWED_HOSTS": address, "SKIPPER_SKYMAPS__MAX_DOWNLOAD_SIZE": "200000",
        ]) { api in try await body(api, maps, address) }
        await server.stop(grace: .seconds(1))
    }

    private static func put(_ api: RunningAPI, _ map: String) async throws -> Reply {
        try await api.send(
            "PUT", "/api/skymap", token: try RunningAPI.token("admin"),
            body: #"{"dateobs": "2024-01-01T00:00:00", "contours": 70, "skymap": {"url": "\#(map)"}}"#)
    }

    @Test func mapsAreFetchedFromAllowedServersAlone() async throws {
        try await Self.withServers { api, maps, address in
            let reply = try await Self.put(api, "\(address)/map.fits?x=/y")
            #expect(reply.body?["data.localization_name"] == "map.fits", "\(reply.text)")
            // A second time it is there already, and nothing is fetched.
            #expect(try await Self.put(api, "\(address)/map.fits").status == 409)
            #expect(maps.asked.withLock { $0 } == ["GET /map.fits"])
            let refusals = [
                ("/none.fits", "the server of the sky map answered 404"),
                ("/moved.fits", "the server of the sky map answered 302"),
                ("/large.fits", "the sky map could not be fetched from its server"),
                ("/", "url must end with the name of a file"),
            ]
            for (path, message) in refusals {
                #expect(try await Self.put(api, address + path).isError(400, "ValueError: \(message)"))
            }
            let before = maps.asked.withLock { $0.count }
            for other in [
                address.replacing("127.0.0.1", with: "localhost"), address.replacing("http:", with: "https:"),
            ] {
                let reply = try await Self.put(api, "\(other)/map.fits2")
                #expect(
                    reply.message?.hasSuffix("which is not among the allowed hosts") == true, "\(reply.text)")
            }
            #expect(maps.asked.withLock { $0.count } == before)
        }
    }

    private static func notice(_ what: String) -> String {
        """
        <voe:VOEvent ivorn='ivo://nasa.gsfc.gcn/LVC#S1' role='observation' version='2.0' \
        xmlns:voe='http://www.ivoa.net/xml/VOEvent/v2.0'><What>\(what)</What><WhereWhen><ObsDataLocation>\
        <ObservationLocation><AstroCoords coord_system_id='UTC-FK5-GEO'><Time><TimeInstant>\
        <ISOTime>2019-04-25T08:18:05.4</ISOTime></TimeInstant></Time><Position2D><Value2><C1>12</C1><C2>-5</C2>\
        </Value2><Error2Radius>3</Error2Radius></Position2D></AstroCoords></ObservationLocation></ObsDataLocation>\
        </WhereWhen></voe:VOEvent>
        """
    }

    /// The map that a notice names where there is one, else the cone in it.
    @Test func noticesTellOfMaps() async throws {
        try await Self.withServers { api, maps, address in
            func put(_ url: String) async throws -> Reply {
                let what =
                    "<Param name='GraceID' value='S190425z'/><Param name='TrigID' value='12'/>"
                    + "<Group type='GW_SKYMAP'><Param name='skymap_fits' value='\(url)'/></Group>"
                return try await api.send(
                    "PUT", "/api/skymap", token: try RunningAPI.token("admin"),
                    body: #"{"contours": [90], "aliases": "mine", "voevent": "\#(Self.notice(what))"}"#)
            }
            let there = try await put("\(address)/map.fits")
            #expect(
                there.message == "added skymap for 2019-04-25 08:18:05 with contours [90]", "\(there.text)")
            #expect(there.body?["data.localization_name"] == "map.fits")
            #expect(maps.asked.withLock { $0 } == ["HEAD /map.fits", "GET /map.fits"])
            let stored = try #require(try await api.database.documents(of: "skymaps").values.first)
            #expect(stored["aliases"] == ["mine", "LVC#S190425z"] && stored["triggerid"] == .int64(12))
            for url in ["\(address)/none.fits", "https://127.0.0.1/map.fits"] {
                let cone = try await put(url)
                #expect(cone.body?["data.localization_name"] == "12.00000_-5.00000_3.00000", "\(cone.text)")
            }
            let retraction = try await api.send(
                "PUT", "/api/skymap", token: try RunningAPI.token("admin"),
                body: #"""
                    {"contours": 90, "voevent": "\#(Self.notice("<Param name='Retraction' value='1'/>"))"}
                    """#)
            #expect(retraction.isError(400, "ValueError: Could not get skymap from VOEvent file"))
        }
    }
}
