import HTTP
import Testing

@Suite struct AllowedServersTests {
    private static func servers() throws -> AllowedServers {
        try AllowedServers(["gracedb.ligo.org", "HTTP://localhost:8080", "https://a.example:444"])
    }

    @Test(arguments: [
        ("https://gracedb.ligo.org/api/x.fits,1?a=b#c", "https://gracedb.ligo.org:443/api/x.fits,1?a=b"),
        ("HTTPS://GraceDB.LIGO.org:443", "https://gracedb.ligo.org:443/"),
        ("https://gracedb.ligo.org?x=@y", "https://gracedb.ligo.org:443/?x=@y"),
        ("http://localhost:8080/a%20b", "http://localhost:8080/a%20b"),
        ("https://a.example:444/", "https://a.example:444/"),
    ]) func addressesOfAllowedServersAreTaken(address: String, fetched: String) throws {
        #expect(try Self.servers().allowed(address) == fetched)
    }

    /// Other schemes, hosts and ports, and whatever programs are known to read differently.
    @Test(arguments: [
        "http://gracedb.ligo.org/", "https://gracedb.ligo.org:444/", "https://localhost:8080/",
        "http://localhost/", "https://gracedb.ligo.org.evil.example/",
        "https://evil.example/gracedb.ligo.org",
        "https://gracedb.ligo.org@evil.example/", "https://evil.example@gracedb.ligo.org/",
        "https://a:b@gracedb.ligo.org/", "https://gracedb.ligo.org\\@evil.example/",
        "https://evil.example\\.gracedb.ligo.org/", "https://gracedb.ligo.org\t/",
        "https://gracedb.ligo.org\n/",
        "https:// gracedb.ligo.org/", "https:/gracedb.ligo.org/", "https:gracedb.ligo.org",
        "//gracedb.ligo.org/",
        "gracedb.ligo.org", "file:///etc/passwd", "gopher://gracedb.ligo.org/", "https://[::1]/",
        "https://127.0.0.1/", "https://2130706433/", "https://gracedb.ligo.org./", "https://", "https:///x",
        "",
        "https://gracedb.ligo.org:/", "https://gracedb.ligo.org:+443/", "https://gracedb.ligo.org:443:443/",
        "https://gracedb.ligo.org:99999/", "https://gracedb。ligo.org/", "https://ｇracedb.ligo.org/",
        "https://gracedb.ligo.org/\u{7F}", "https://gracedb.ligo.org/<>",
        "https://gracedb.ligo.org/" + String(repeating: "a", count: 2048),
    ]) func everythingElseIsRefused(address: String) throws {
        let servers = try Self.servers()
        #expect(throws: AllowedServers.Refusal.self) { try servers.allowed(address) }
    }

    @Test(arguments: ["", "a/b", "ftp://a", "a b", "https://a/", "a@b", "a:x", "[::1]"])
    func entriesThatAreNoHostsAreRefused(entry: String) {
        #expect(throws: AllowedServers.Refusal.self) { try AllowedServers([entry]) }
    }

    @Test func noneAreAllowedWhereNoneAreNamed() throws {
        let none = try AllowedServers([])
        let refusal = #expect(throws: AllowedServers.Refusal.self) { try none.allowed("https://a.example/x") }
        #expect(
            refusal?.description
                == "nothing is fetched from https://a.example:443, which is not among the allowed hosts")
    }
}
