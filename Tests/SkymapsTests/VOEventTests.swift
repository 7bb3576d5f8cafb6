import Sky
import TestSupport
import Testing
import XML

@testable import Skymaps

@Suite struct VOEventTests {
    /// A notice in the shape of GCN's.
    static func notice(
        _ what: String, whereWhen: String = position, ivorn: String = "ivo://nasa.gsfc.gcn/Fermi#GBM_Fin_Pos",
        attributes: String = #"role="observation" version="2.0""#, prefix: String = "voe:",
        namespace: String = "http://www.ivoa.net/xml/VOEvent/v2.0", more: String = ""
    ) -> String {
        """
        <?xml version = '1.0' encoding = 'UTF-8'?>
        <!-- made up -->
        <\(prefix)VOEvent ivorn="\(ivorn)" \(attributes)
         xmlns\(prefix.isEmpty ? "" : ":voe")="\(namespace)" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
          <Who><AuthorIVORN>ivo://nasa.gsfc.tan/gcn</AuthorIVORN><Date>2018-01-16T16:26:21</Date></Who>
          <What>\(what)</What>
          <WhereWhen>\(whereWhen)</WhereWhen>\(more)
        </\(prefix)VOEvent>
        """
    }

    static let position = """
        <ObsDataLocation><ObservatoryLocation id="GEOLUN"/><ObservationLocation>
          <AstroCoordSystem id="UTC-FK5-GEO"/>
          <AstroCoords coord_system_id="UTC-FK5-GEO">
            <Time unit="s"><TimeInstant><ISOTime>2018-01-16T16:17:04.51</ISOTime></TimeInstant></Time>
            <Position2D unit="deg"><Name1>RA</Name1><Name2>Dec</Name2>
              <Value2><C1>12.0300</C1><C2>75.7900</C2></Value2><Error2Radius>8.5000</Error2Radius></Position2D>
          </AstroCoords></ObservationLocation></ObsDataLocation>
        """

    static func parameter(_ name: String, _ value: String) -> String {
        #"<Param name="\#(name)" value="\#(value)" ucd="meta.id" />"#
    }

    @Test func fermiNoticesAreUnderstood() throws {
        let host = "heasarc.gsfc.nasa.gov/FTP/fermi/data/gbm/triggers/2018/bn180116678/quicklook/glg"
        let event = try VOEvent(
            xml: Self.notice(
                Self.parameter("Packet_Type", "115") + Self.parameter("TrigID", "537812229")
                    + Self.parameter("LightCurve_URL", "http://\(host)_lc_medres34_bn180116678.gif")
                    + Self.parameter("LocationMap_URL", "http://\(host)_locplot_all_bn180116678.png")))
        #expect(event.time?.iso8601 == "2018-01-16T16:17:05.000Z")
        #expect(event.trigger == 537_812_229)
        #expect(event.aliases == ["FERMI#bn180116678"])
        #expect(event.mapURL == "https://\(host)_healpix_all_bn180116678.fit")
        let center = try Coordinates(ra: 12.03, dec: 75.79)
        #expect(event.cone?.center == center)
        #expect(event.cone?.error == 8.5)
        #expect(!event.isRetraction)
        let other = try VOEvent(
            xml: Self.notice(
                Self.parameter("Packet_Type", "131")
                    + Self.parameter("HealPix_URL", "https://a/b?x=1&amp;y=2")))
        #expect(other.mapURL == "https://a/b?x=1&y=2")
    }

    @Test func gravitationalWaveNoticesAreUnderstood() throws {
        let url = "https://gracedb.ligo.org/api/superevents/S190425z/files/bayestar.multiorder.fits,0"
        let event = try VOEvent(
            xml: Self.notice(
                Self.parameter("Packet_Type", "151") + Self.parameter("GraceID", "S190425z")
                    + #"<Group type="GW_SKYMAP" name="bayestar">\#(Self.parameter("skymap_fits", url))</Group>"#,
                prefix: ""))
        #expect(event.aliases == ["LVC#S190425z"])
        #expect(event.mapURL == url)
        #expect(event.trigger == nil)
        let retraction = try VOEvent(xml: Self.notice(Self.parameter("Retraction", "1")))
        #expect(retraction.isRetraction && retraction.mapURL == nil)
    }

    /// √(−2 ln 0.05): the radius that holds 95 % of a Gaussian in two dimensions.
    @Test func radiiOfAMONAreMadeStandardDeviations() throws {
        let event = try VOEvent(xml: Self.notice("", ivorn: "ivo://nasa.gsfc.gcn/AMON#ICECUBE_GOLD_Event"))
        #expect(abs((event.cone?.error ?? 0) - 8.5 / 2.4477468306808) < 1e-12)
    }

    @Test func whatIsNotSaidIsAbsent() throws {
        let event = try VOEvent(xml: Self.notice("", whereWhen: ""))
        #expect(event.time == nil && event.cone == nil && event.trigger == nil && event.aliases == [])
        let odd = Self.position.replacing("12.0300", with: "400").replacing(
            "2018-01-16T", with: "2018-02-30T")
        let none = try VOEvent(
            xml: Self.notice(
                Self.parameter("TrigID", "x") + Self.parameter("Packet_Type", ""), whereWhen: odd))
        #expect(none.time == nil && none.cone == nil && none.trigger == nil)
    }

    @Test func otherStructuresAreRefused() {
        let notices = [
            Self.notice("", namespace: "http://www.ivoa.net/xml/VOEvent/v1.1"),
            Self.notice("", attributes: #"role="observation" version="1.1""#),
            Self.notice("", attributes: #"version="2.0" role="rumour""#),
            Self.notice("", attributes: #"role="test""#), Self.notice("", ivorn: "http://a/b"),
            Self.notice("<Nothing/>"), Self.notice("<Group><What/></Group>"),
            Self.notice("", more: "<What/>"), Self.notice("", more: "<Elsewhere/>"),
            Self.notice("", more: "words"), Self.notice("", whereWhen: "<AstroCoords/>"),
        ]
        for (number, text) in notices.enumerated() {
            #expect(throws: SkymapError.self, "notice \(number)") { try VOEvent(xml: text) }
        }
    }

    @Test func whatIsNotXMLIsRefused() {
        let texts = [
            "", "x", "<", "<a", "<a>", "<a/><b/>", "<a></b>", "<a b=c/>", "<a b='1' b='2'/>", "<a b='<'/>",
            "<a>&x;</a>",
            "<a>&#0;</a>", "<a>&amp</a>", "<a b='1'c='2'/>", "<a>text<!-- </a>", "<a><![CDATA[x</a>", "<1/>",
            "<a/>x",
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a><!ENTITY b 'c'></a>",
            String(repeating: "<a>", count: 100_000), "<?xml", "<!--",
        ]
        for text in texts {
            #expect(throws: XMLError.self, "\(text.prefix(50))") { try XMLTree.root(of: text) }
        }
    }

    @Test func textAndAttributesAreDecoded() throws {
        let root = try XMLTree.root(
            of:
                "\u{FEFF}<?xml version='1.0'?><x:a xmlns:x='y' b=\"&lt;&#65;&#x42;\" >1 &amp; <c/>2<![CDATA[<&>]]><!-- 3 --></x:a >\n"
        )
        #expect(root.name == "a" && root.prefix == "x" && root.attributes["b"] == "<AB")
        #expect(root.text == "1 & 2<&>" && root.children == [XMLElement(name: "c", prefix: "")])
    }

    /// No text makes the reader fail in another way: single bytes changed, and the text cut anywhere.
    @Test func damagedNoticesAreRefusedOrRead() {
        let bytes = Array(Self.notice(Self.parameter("TrigID", "5")).utf8)
        var generator = SplitMix(state: 17)
        for _ in 0..<3000 {
            var changed = bytes
            changed[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                in: 0...127, using: &generator)
            let end =
                Bool.random(using: &generator)
                ? bytes.count : Int.random(in: 0..<bytes.count, using: &generator)
            do { _ = try VOEvent(xml: String(decoding: changed[..<end], as: UTF8.self)) } catch {
                #expect(!error.reason.isEmpty)
            }
        }
    }
}
