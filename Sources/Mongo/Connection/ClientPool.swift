import CMongoC
import Foundation
import Service
import Synchronization

/// libmongoc's pool of clients: one view of the deployment, watched by threads of its own, behind all of them.
///
/// `@unchecked Sendable`: the C manual calls `mongoc_client_pool_t` thread-safe, and the URI is only read.
final class ClientPool: @unchecked Sendable {
    private let pool: OpaquePointer
    private let uri: OpaquePointer
    private let isDestroyed = Atomic(false)

    /// - Throws: where the connection string or a certificate file is not valid. `mongodb+srv://` asks the DNS here.
    init(_ settings: MongoSettings) throws(MongoError) {
        _ = Driver.started
        DriverLog.conceal(settings.uri.secrets)
        try Self.checkFiles(settings)
        var error = bson_error_t()
        guard let uri = mongoc_uri_new_with_error(settings.uri.text, &error) else {
            throw MongoError(error, attempted: "read the connection string", without: settings.uri.secrets)
        }
        Self.apply(settings, to: uri)
        guard let pool = mongoc_client_pool_new_with_error(uri, &error) else {
            mongoc_uri_destroy(uri)
            throw MongoError(error, attempted: "connect to \(settings.uri)", without: settings.uri.secrets)
        }
        mongoc_client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2)
        mongoc_client_pool_max_size(pool, UInt32(clamping: max(1, settings.poolSize)))
        self.pool = pool
        self.uri = uri
    }

    /// Off to a thread: it takes its time.
    deinit {
        guard !isDestroyed.load(ordering: .acquiring) else { return }
        let ends = Ends(pool: pool, uri: uri)
        Thread.detachNewThread { ends.destroy() }
    }

    /// Ends the watching threads and tells the server that our sessions are over, so that a process can exit. Only
    /// when every client has been pushed back; nothing may be asked of the pool afterwards.
    func destroy() async {
        guard !isDestroyed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let ends = Ends(pool: pool, uri: uri)
        // Work that throws nothing: only the signature could fail.
        try? await WorkerThreads(name: "mongo-end", count: 1).run { ends.destroy() }
    }

    /// A client, to be given back by `push`; there are `poolSize` of them.
    func pop() -> OpaquePointer? { mongoc_client_pool_pop(pool) }

    /// Takes a client back.
    func push(_ client: OpaquePointer) { mongoc_client_pool_push(pool, client) }

    /// A client outside the pool, which gives up soon: to end operations where a server hardly answers. Nil where
    /// libmongoc makes none, as it did not for want of a certificate file.
    func makeImpatientClient(patience: Duration) -> OpaquePointer? {
        guard let copy = mongoc_uri_copy(uri) else { return nil }
        defer { mongoc_uri_destroy(copy) }
        for option in ["serverselectiontimeoutms", "connecttimeoutms", "sockettimeoutms"] {
            mongoc_uri_set_option_as_int32(copy, option, patience.milliseconds)
        }
        guard let client = mongoc_client_new_from_uri_with_error(copy, nil) else { return nil }
        mongoc_client_set_error_api(client, MONGOC_ERROR_API_VERSION_2)
        return client
    }

    private static func apply(_ settings: MongoSettings, to uri: OpaquePointer) {
        let durations = [
            ("serverselectiontimeoutms", settings.serverSelectionTimeout),
            ("connecttimeoutms", settings.connectTimeout),
            ("sockettimeoutms", settings.socketTimeout),
        ]
        for (option, duration) in durations where !mongoc_uri_has_option(uri, option) {
            mongoc_uri_set_option_as_int32(uri, option, duration.milliseconds)
        }
        // Said here because much rests on it: a write whose answer got lost is neither lost nor done twice.
        if !mongoc_uri_has_option(uri, "retrywrites") {
            mongoc_uri_set_option_as_bool(uri, "retrywrites", true)
        }
        if mongoc_uri_get_appname(uri) == nil { mongoc_uri_set_appname(uri, settings.applicationName) }
        let files = [
            ("tlscafile", settings.certificateAuthorityFile),
            ("tlscertificatekeyfile", settings.clientCertificateFile),
            ("tlscertificatekeyfilepassword", settings.clientKeyPassword),
        ]
        for case (let option, let file?) in files {
            mongoc_uri_set_option_as_bool(uri, "tls", true)
            mongoc_uri_set_option_as_utf8(uri, option, file)
        }
    }

    /// libmongoc would only say later that no server suits.
    private static func checkFiles(_ settings: MongoSettings) throws(MongoError) {
        for case let file? in [settings.certificateAuthorityFile, settings.clientCertificateFile]
        where !FileManager.default.isReadableFile(atPath: file) {
            throw MongoError(
                domain: .client, code: 0, reason: "\(file) is not a readable file",
                attempted: "read the certificates")
        }
    }
}

/// Carries the pointers of a pool that nobody else holds any more to the thread that destroys them, which is why
/// it may be `@unchecked Sendable`.
private struct Ends: @unchecked Sendable {
    let pool: OpaquePointer
    let uri: OpaquePointer

    func destroy() {
        mongoc_client_pool_destroy(pool)
        mongoc_uri_destroy(uri)
    }
}

extension Duration {
    /// Whole milliseconds, at least 1, because libmongoc and MongoDB take 0 for "no limit".
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        let whole = Double(seconds) * 1e3 + Double(attoseconds) / 1e15
        return Int32(min(max(whole, 1), Double(Int32.max)))
    }
}
