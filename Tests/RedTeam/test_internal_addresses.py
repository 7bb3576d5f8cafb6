"""Attempts to make the service ask other servers: those inside its network, and files of its own."""

import base64
import http.server
import socket
import threading

import pytest

from target import refused

CONE = """<WhereWhen><ObsDataLocation><ObservatoryLocation id="x"/><ObservationLocation>
<AstroCoordSystem id="UTC-FK5-GEO"/><AstroCoords coord_system_id="UTC-FK5-GEO"><Time unit="s"><TimeInstant>
<ISOTime>2026-02-03T04:05:06</ISOTime></TimeInstant></Time>%s</AstroCoords></ObservationLocation></ObsDataLocation></WhereWhen>"""
NOTICE = """<?xml version="1.0" encoding="UTF-8"?>%s
<voe:VOEvent xmlns:voe="http://www.ivoa.net/xml/VOEvent/v2.0" ivorn="ivo://redteam/x#1" role="test" version="2.0">
<Who><AuthorIVORN>ivo://redteam</AuthorIVORN></Who><What>%s</What>%s</voe:VOEvent>"""


class Trap:
    """A server inside: whatever asks it has been made to by an attacker."""

    def __init__(self, family, address):
        self.asked = []
        trap = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle(self):
                trap.asked.append(self.client_address)
                super().handle()

            def do_GET(self):
                self.send_response(302)
                self.send_header("Location", "http://127.0.0.1/")
                self.end_headers()

            do_HEAD = do_PUT = do_POST = do_DELETE = do_GET

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            address_family = family

        self.server = Server((address, 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def traps():
    found = [Trap(socket.AF_INET, "0.0.0.0")]
    try:
        found.append(Trap(socket.AF_INET6, "::1"))
    except OSError:
        found.append(found[0])
    yield found
    for trap in found:
        trap.server.shutdown()
        assert not trap.asked, f"the service asked an inner server {len(trap.asked)} times"


@pytest.fixture(autouse=True)
def nobody_is_asked(traps):
    yield
    assert not any(trap.asked for trap in traps), "the service asked an inner server"


HOSTS = [
    "127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.1", "127.0.1", "127.000.000.001", "2130706433", "0x7f000001", "0x7f.1",
    "0177.0.0.1", "017700000001", "0", "0.0.0.0", "127.127.127.127", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[fe80::1%25lo]", "\u2460\u2461\u2466.0.0.1", "127\u30020.0.1",
    "localhost.localdomain", "ip6-localhost", "169.254.169.254", "metadata.google.internal", "10.0.0.1", "192.168.0.1",
    "127.0.0.1.nip.io", "localtest.me", "gracedb.ligo.org.127.0.0.1.nip.io", "127.0.0.1%00.gracedb.ligo.org",
    "gracedb.ligo.org@127.0.0.1", "gracedb.ligo.org%40127.0.0.1", "gracedb.ligo.org:443@127.0.0.1", "user:pass@127.0.0.1",
    "127.0.0.1#@gracedb.ligo.org", "127.0.0.1?@gracedb.ligo.org", "127.0.0.1/@gracedb.ligo.org", "127.0.0.1\\@gracedb.ligo.org",
    "gracedb.ligo.org\\@127.0.0.1", "127.0.0.1\tgracedb.ligo.org", " 127.0.0.1", "gracedb.ligo.org\r\n127.0.0.1", "evilgracedb.ligo.org",
    "gracedb.ligo.org.evil.example", "gracedb.ligo.org..", "", "-", "*", "[", "[::1", "%31%32%37.0.0.1",
]


def put(target, skymap=None, **body):
    return target.put("/api/skymap", {"dateobs": "2026-02-03T04:05:06", "contours": 90, "skymap": skymap, **body})


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_sky_maps_come_from_known_servers(reader, traps, scheme, host):
    port = traps[1 if host.startswith("[") and "127" not in host else 0].port
    # Where a name has a user in front or a path behind it, the port belongs between.
    name = f"{host}:{port}" if not any(mark in host for mark in "#?/") else host.replace("127.0.0.1", f"127.0.0.1:{port}", 1)
    refused(put(reader, {"url": f"{scheme}://{name}/bayestar.fits.gz"}))
    refused(put(reader, {"url": f"{scheme}://{host}/bayestar.fits.gz"}))


@pytest.mark.parametrize("url", [
    "file:///etc/passwd", "file://localhost/etc/passwd", "FILE:///proc/self/environ", "gopher://127.0.0.1:{}/_GET%20/", "ftp://127.0.0.1:{}/x",
    "dict://127.0.0.1:{}/stats", "ldap://127.0.0.1:{}/", "tftp://127.0.0.1:{}/x", "smb://127.0.0.1:{}/x", "telnet://127.0.0.1:{}",
    "jar:http://127.0.0.1:{}!/", "data:text/plain,x", "javascript:1", "//127.0.0.1:{}/x", "/etc/passwd", "../../etc/passwd",
    "http:127.0.0.1:{}/x", "http:/127.0.0.1:{}/x", "http:///127.0.0.1:{}/x", "http:\\\\127.0.0.1:{}\\x", "url:http://127.0.0.1:{}",
    "http://127.0.0.1:{}", "HTTP://127.0.0.1:{}/X", "ht\ttp://127.0.0.1:{}/", "\x00http://127.0.0.1:{}/", " http://127.0.0.1:{}/",
    "https://gracedb.ligo.org:22/x", "https://gracedb.ligo.org:{}/x", "http://gracedb.ligo.org/x", "https://gracedb.ligo.org:443:80/x",
    "https://gracedb.ligo.org:99999/x", "https://gracedb.ligo.org:-1/x", "{}", "", "x" * 100_000, "http://" + "a" * 100_000,
    "https://gracedb.ligo.org/" + "../" * 10_000, "https://[gracedb.ligo.org]/x", "https://gracedb.ligo.org\\x", "https://" + "a." * 5000 + "org/x"],
    ids=lambda url: repr(url[:50]))
def test_nothing_but_https_is_spoken(reader, traps, url):
    refused(put(reader, {"url": url.replace("{}", str(traps[0].port))}))


@pytest.mark.parametrize("url", [5, None, True, ["http://127.0.0.1/"], {"$gt": ""}, {"url": "http://127.0.0.1/"}], ids=str)
def test_an_address_is_a_text(reader, url):
    refused(put(reader, {"url": url}))


def notice(what, cone="", doctype=""):
    return NOTICE % (doctype, what, CONE % cone)


@pytest.mark.parametrize("what", [
    '<Param name="Packet_Type" value="131"/><Param name="HealPix_URL" value="{}"/>',
    '<Param name="Packet_Type" value="115"/><Param name="LocationMap_URL" value="{}_locplot_x.png"/>',
    '<Param name="Packet_Type" value="115"/><Param name="LightCurve_URL" value="{}"/><Param name="LocationMap_URL" value="{}"/>',
    '<Group type="GW_SKYMAP" name="x"><Param name="skymap_fits" value="{}"/></Group>',
    '<Param name="GraceID" value="{}"/>', '<Reference uri="{}"/>'])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "gracedb.ligo.org@127.0.0.1"])
def test_notices_lead_to_no_inner_server(reader, traps, what, host):
    port = traps[1 if host == "[::1]" else 0].port
    for scheme in ("http", "https", "file", "gopher"):
        text = notice(what.replace("{}", f"{scheme}://{host}:{port}/x.fits"))
        refused(put(reader, None, voevent=text))


@pytest.mark.parametrize("doctype, what", [
    ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', '<Param name="TrigID" value="1"/><Description>&a;</Description>'),
    ('<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:{}/">]>', "<Description>&a;</Description>"),
    ('<!DOCTYPE x SYSTEM "http://127.0.0.1:{}/x.dtd">', ""), ('<!DOCTYPE x PUBLIC "-//x" "http://127.0.0.1:{}/x.dtd">', ""),
    ('<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:{}/x.dtd"> %a;]>', ""),
    ('<?xml-stylesheet href="http://127.0.0.1:{}/x.xsl"?>', ""), ('<!DOCTYPE x [<!ENTITY a "b">]>', "<Description>&a;</Description>"),
    ("", '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'),
    ("", '<Param name="x" value="&a;"/>'), ("", "<Description>&#0;</Description>"), ("", "<Description>&#xD800;</Description>"),
])
def test_notices_have_no_entities(reader, traps, doctype, what):
    text = notice(what, "", doctype).replace("{}", str(traps[0].port))
    answer = put(reader, None, voevent=text)
    refused(answer)
    assert "root:" not in answer.text


#: Doctypes that are none to who reads them as UTF-8.
DOCTYPES = ['<!DOCTYPE x SYSTEM "http://127.0.0.1:{}/x.dtd">', '<!DOCTYPE x [<!ENTITY a "b">]>',
            '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:{}/x.dtd"> %a;]>',
            '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>']
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


def _utf7(text):
    return "+" + base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=") + "-"


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("encoding", ["UTF-7", "utf7", "UNICODE-1-1-UTF-7", "UTF-16", "UTF-16LE", "UCS-4", "HZ", "ISO-2022-KR", "IBM037"])
def test_notices_are_in_one_encoding(reader, traps, encoding, doctype):
    """Those that say otherwise are read as UTF-8 all the same, in which nothing of this is a notice."""
    doctype = doctype.replace("{}", str(traps[0].port))
    good = notice("<Description>&a;</Description>", "", "@@")
    declared = good.replace("UTF-8", encoding)
    for text in (declared.replace("@@", _utf7(doctype)), DECLARATION + declared.replace("@@", _utf7(doctype)),
                 "\ufeff" + declared.replace("@@", _utf7(doctype)), declared.replace("@@", doctype),
                 "\0".join(good.replace("@@", doctype)) + "\0", "\0" + "\0".join(good.replace("@@", doctype)),
                 "\0\0\0".join(good.replace("@@", doctype)), " " + declared.replace("@@", _utf7(doctype))):
        refused(put(reader, None, voevent=text))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize("text", [
    notice("<Description>&l11;</Description>", "", f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>'),
    notice("<Description>" + "&a;" * 100_000 + "</Description>", "", f'<!DOCTYPE x [<!ENTITY a "{"x" * 100_000}">]>'),
    notice("<x>" * 100_000), notice("<x>" * 30_000 + "</x>" * 30_000), notice("<Param " + 'a="b" ' * 50_000 + "/>"),
    notice("<Param " + " ".join(f'a{n}="b"' for n in range(50_000)) + "/>"), notice("<!--" * 100_000), notice("<![CDATA[" * 50_000),
    notice("&amp;" * 150_000), notice("<Param name='a' value='b'/>" * 25_000), "<" * 900_000, "&" * 900_000, "<!DOCTYPE" * 80_000, "",
    "<a xmlns='" + "x" * 500_000 + "'/>", notice("<" + "x" * 500_000 + "/>"), "\ufeff" * 100_000, notice("\x00"), notice("]]>")],
    ids=lambda text: f"{text[150:210]!r}…{len(text)}")
def test_notices_do_not_grow(reader, process, text):
    before, work = process.resident, process.work
    refused(put(reader, None, voevent=text))
    assert process.resident < before + 200 and process.work - work < 20


FIELDS = {"queue_name": "q", "validity_window_mjd": [1.0], "targets": [], "queue_type": "list", "user": "u"}


@pytest.mark.parametrize("more", [
    {"url": "http://127.0.0.1:{}/"}, {"host": "127.0.0.1:{}"}, {"queue_name": "http://127.0.0.1:{}/"}, {"queue_name": "../../x"},
    {"queue_name": "x\r\nHost: 127.0.0.1:{}"}, {"user": "@127.0.0.1:{}"}, {"endpoint": "//127.0.0.1:{}/"}], ids=str)
@pytest.mark.parametrize("path", ["/api/triggers/ztf", "/api/triggers/ztf.test", "/api/triggers/ztf@127.0.0.1:{}",
                                  "/api/triggers/ztf%2f..%2f..", "/api/triggers//127.0.0.1:{}/"])
def test_triggers_go_nowhere_else(admin, traps, path, more):
    """Not even an admin says where to."""
    port = str(traps[0].port)
    body = {**FIELDS, **{key: value.replace("{}", port) for key, value in more.items()}}
    for method in ("PUT", "DELETE", "GET"):
        answer = admin.send(method, path.replace("{}", port), body)
        assert answer.status in (200, 400, 404, 409, 503), answer


@pytest.mark.parametrize("method, path", [("GET", "http://127.0.0.1:{}/"), ("GET", "//127.0.0.1:{}/"), ("CONNECT", "127.0.0.1:{}"),
                                          ("GET", "/?url=http://127.0.0.1:{}/"), ("GET", "@127.0.0.1:{}/")])
def test_the_service_is_no_proxy(reader, traps, method, path):
    path = path.replace("{}", str(traps[0].port))
    answer = reader.raw(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{traps[0].port}\r\nAuthorization: {reader.token}\r\n"
                        "Connection: close\r\n\r\n".encode())
    assert b"greetings" in answer or answer[9:12] in (b"400", b"404", b"405", b"501") or not answer, answer
