public import Service

/// Settings of the database.
public enum ArchiveSettings {
    /// Address with everything in it; the other ways to name a server are then not looked at.
    public static let uri = Setting<Secret?>(
        "database.uri", default: nil,
        "MongoDB connection string; takes the place of host, port, username, password and replica_set.")
    /// Host.
    public static let host = Setting("database.host", default: "localhost", "Host of the MongoDB server.")
    /// Port.
    public static let port = Setting(
        "database.port", default: 27017, accepts: .within(1...65535), "Port of the MongoDB server.")
    /// User.
    public static let username = Setting<String?>(
        "database.username", default: nil, "User of the database; without one no authentication is done.")
    /// Password.
    public static let password = Setting<Secret?>("database.password", default: nil, "Password of that user.")
    /// Account of whoever deploys the database.
    public static let adminUsername = Setting<String?>(
        "database.admin_username", default: nil,
        "Account that creates the database's users, for `skipper database initiate` alone.")
    /// Its password.
    public static let adminPassword = Setting<Secret?>(
        "database.admin_password", default: nil, "Password of the account that creates the database's users.")
    /// Replica set.
    public static let replicaSet = Setting<String?>(
        "database.replica_set", default: nil, "Name of the replica set.")
    /// Database.
    public static let name = Setting(
        "database.db", default: "kowalski", accepts: .nonEmpty, "Name of the database.")
    /// Connections.
    public static let connections = Setting(
        "database.max_pool_size", default: 32, unit: "connections", accepts: .within(2...512),
        "Connections of one process, each with a thread of its own.")
    /// Certificate of the authority.
    public static let tlsCAFile = Setting<String?>(
        "database.tls_ca_file", default: nil,
        "PEM file of the authority that signed the server's certificate.")
    /// Certificate of this client.
    public static let tlsCertificateFile = Setting<String?>(
        "database.tls_certificate_file", default: nil, "PEM file with this client's certificate and key.")
    /// Password of that key.
    public static let tlsKeyPassword = Setting<Secret?>(
        "database.tls_key_password", default: nil, "Password of the key in database.tls_certificate_file.")
    /// How long to look for a server.
    public static let selectionTimeout = Setting(
        "database.server_selection_timeout", default: Duration.seconds(10), unit: .seconds,
        accepts: .within(Duration.milliseconds(100)...Duration.seconds(600)),
        "How long to look for a usable server before an operation fails.")

    /// All of them.
    public static let all: [any SettingDeclaration] = [
        uri, host, port, username, password, adminUsername, adminPassword, replicaSet, name, connections,
        tlsCAFile, tlsCertificateFile, tlsKeyPassword, selectionTimeout,
    ]

    /// The connection string that the settings amount to.
    static func uri(_ configuration: Configuration) -> String {
        if let uri = configuration[uri] { return uri.value }
        var credentials = ""
        if let username = configuration[username] {
            credentials = encoded(username)
            if let password = configuration[password] { credentials += ":" + encoded(password.value) }
            credentials += "@"
        }
        let set = configuration[replicaSet].map { "&replicaSet=" + encoded($0) } ?? ""
        let source = credentials.isEmpty ? "" : "&authSource=" + encoded(configuration[name])
        let query = (set + source).dropFirst()
        return "mongodb://\(credentials)\(configuration[host]):\(configuration[port])/"
            + (query.isEmpty ? "" : "?\(query)")
    }

    /// Percent-encodes everything but unreserved characters, RFC 3986 section 2.3.
    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
