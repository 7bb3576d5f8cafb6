import Synchronization

/// What becomes known about a request while it is answered, for the log: who sent it, and why it was refused.
final class RequestTrail: Sendable {
    /// That of the request that the current task answers; nil outside of any.
    @TaskLocal static var current: RequestTrail?

    private let state = Mutex<(user: String?, refusal: String?)>((nil, nil))

    /// The name of the token's user, or of the user who wants to log in.
    var user: String? {
        get { state.withLock { $0.user } }
        set { state.withLock { $0.user = newValue } }
    }

    /// Why the request was refused, in constant words.
    var refusal: String? {
        get { state.withLock { $0.refusal } }
        set { state.withLock { $0.refusal = newValue } }
    }
}
