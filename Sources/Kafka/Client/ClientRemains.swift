internal import CRDKafka
internal import Dispatch
internal import Foundation

/// What is left of a client when nobody refers to it any more.
///
/// `@unchecked Sendable`: constants that only the one thread uses which destroys them.
struct ClientRemains: @unchecked Sendable {
    let pointer: OpaquePointer
    let inbox: OpaquePointer?
    let context: Unmanaged<ClientEvents>

    /// Destroys everything, in order: the queue that holds messages of the client, the client with its threads, and
    /// last what its callbacks point to. False when that is not done in time; it then goes on by itself.
    ///
    /// librdkafka may wait for ever for one of its own threads after a broker was restarted (its issues 4131 and 4674:
    /// a count of references to the broker is never given back). A process that has done its work must end all
    /// the same, hence the limit.
    func destroy(within limit: Duration) -> Bool {
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            if let inbox { rd_kafka_queue_destroy(inbox) }
            rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
            context.release()
            done.signal()
        }
        thread.name = "kafka-end"
        thread.start()
        return done.wait(timeout: .now() + .milliseconds(Int(limit.milliseconds))) == .success
    }
}
