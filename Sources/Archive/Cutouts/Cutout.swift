/// One of the three images that come with an alert.
public enum Cutout: String, Sendable, CaseIterable {
    /// What the telescope saw.
    case science
    /// What was there before.
    case template
    /// The science image less the template.
    case difference
}

extension Survey.Stamps {
    /// The field of an alert that has an image.
    func field(of cutout: Cutout) -> String {
        switch cutout {
        case .science: fields.science
        case .template: fields.template
        case .difference: fields.difference
        }
    }
}
