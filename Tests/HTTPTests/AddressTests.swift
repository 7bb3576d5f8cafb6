import Testing

@testable import HTTP

@Suite struct AddressTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3", "10.1.2.3", true),
        ("10.1.2.3", "10.1.2.4", false), ("192.168.4.0/22", "192.168.7.255", true),
        ("192.168.4.0/22", "192.168.8.0", false), ("0.0.0.0/0", "1.2.3.4", true), ("0.0.0.0/0", "::1", false),
        ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false), ("::1", "0:0:0:0:0:0:0:1", true),
        ("::/0", "2001:db8::1", true), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
        ("1.2.3.4/32", "1.2.3.4", true),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
    ]) func rangesHoldWhatBeginsAlike(range: String, address: String, isInside: Bool) throws {
        let range = try #require(AddressRange(range))
        #expect(range.contains(try #require(Address(address))) == isInside)
    }

    @Test(arguments: [
        "", "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "::1/129",
        "10.0.0.0/8/8", "10.0.0", "1.2.3.4 ", "::ffff:10.0.0.0/104", "256.1.1.1",
    ]) func otherTextsAreNoRanges(text: String) { #expect(AddressRange(text) == nil) }

    private static let trusted = ["10.0.0.0/8", "fd00::/8"].compactMap(AddressRange.init)

    @Test(arguments: [
        // Not from a proxy: the header is the client's own word.
        ("1.2.3.4", ["9.9.9.9"], "1.2.3.4"), ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["1.2.3.4"], "1.2.3.4"), ("10.0.0.1", ["6.6.6.6, 1.2.3.4"], "1.2.3.4"),
        ("10.0.0.1", ["6.6.6.6", "1.2.3.4"], "1.2.3.4"),
        ("10.0.0.1", ["6.6.6.6, 1.2.3.4, 10.9.9.9"], "1.2.3.4"),
        ("fd00::1", ["2001:db8::5"], "2001:db8::5"), ("10.0.0.1", ["[2001:db8::5]:80"], "2001:db8::5"),
        ("10.0.0.1", ["1.2.3.4:5678"], "1.2.3.4"), ("10.0.0.1", [" 1.2.3.4 "], "1.2.3.4"),
        // What is no address is nobody's; the proxy that wrote it is all that is known.
        ("10.0.0.1", ["1.2.3.4, unknown"], "10.0.0.1"), ("10.0.0.1", ["1.2.3.4,"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"), ("10.0.0.1", ["1.2.3.4, unknown, 10.0.0.2"], "10.0.0.2"),
        // Nothing but proxies.
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"), ("::ffff:10.0.0.1", ["1.2.3.4"], "1.2.3.4"),
    ]) func clientIsTheLastThatIsNoProxy(peer: String, fields: [String], client: String) {
        let headers = HeaderFields(fields.map { ("X-Forwarded-For", $0) })
        #expect(ClientAddress.of(peer: peer, headers, trusted: Self.trusted) == client)
        #expect(ClientAddress.of(peer: peer, headers, trusted: []) == peer)
    }

    @Test(arguments: [
        ("1.2.3.4", "1.2.3.4"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("::1", "::/64"), ("", ""),
    ]) func networksTellClientsApart(address: String, network: String) throws {
        let request = try #require(Request("GET", "/", remoteAddress: address))
        #expect(request.clientNetwork == network)
    }
}
