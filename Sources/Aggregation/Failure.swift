/// Why a pipeline came to no result on a document.
enum Failure: Error, Sendable, Equatable {
    /// MongoDB would fail here, too.
    /// - Parameter code: MongoDB's number for it; 0 where it has no number of its own.
    case error(code: Int, String)
    /// Is right, and only MongoDB can do it.
    case unsupported(String)
    /// It takes more time or memory than it may.
    case exhausted(String)
    /// It asks for a field that is still to be fetched.
    case later
}
