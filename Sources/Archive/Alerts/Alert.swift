public import Documents

/// One alert, ready to be stored.
public struct Alert: Sendable {
    /// The survey's number of the alert, unique.
    public let candid: Int64
    /// The survey's name of the object.
    public let objectID: String
    /// What the alert collection stores: the packet without its histories, under its own field names, with
    /// `_id`, `coordinates` and `classifications`.
    public let document: Document
    /// The packet's histories by field name, formatted by their rules; in the packet's order or by Julian date.
    public let histories: [String: [DocumentView]]
    /// Whether the survey had seen the object for less than 30 days, or once only: its forced photometry then
    /// covers all there is.
    public let seenFromBeginning: Bool
    /// Our name of the object among all surveys; nil where alerts are not associated.
    public var aid: String?

    /// - Parameters:
    ///   - candid: the survey's number of the alert.
    ///   - objectID: the survey's name of the object.
    ///   - document: what the alert collection stores.
    ///   - histories: points by field name.
    ///   - seenFromBeginning: see the property.
    public init(
        candid: Int64, objectID: String, document: Document, histories: [String: [DocumentView]],
        seenFromBeginning: Bool
    ) {
        self.candid = candid
        self.objectID = objectID
        self.document = document
        self.histories = histories
        self.seenFromBeginning = seenFromBeginning
    }
}

/// A packet that is not an alert as the survey defines one; the packet's fault, not ours.
public struct UnusablePacket: Error, Sendable, Equatable, CustomStringConvertible {
    /// Dotted name of the field that is wrong, or what of the packet is.
    public let field: String
    /// What is wrong with it.
    public let reason: String

    /// - Parameters:
    ///   - field: dotted name of the field.
    ///   - reason: what is wrong with it.
    public init(field: String, reason: String) {
        self.field = field
        self.reason = reason
    }

    /// `field: reason`.
    public var description: String { "\(field): \(reason)" }
}
