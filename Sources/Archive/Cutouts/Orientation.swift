extension Survey.Stamps.Orientation {
    /// The width and height of an image of a width and height with North up.
    public func size(width: Int, height: Int) -> (width: Int, height: Int) {
        switch self {
        case .northUp, .flipped: (width, height)
        case .mirroredAndTurned: (height, width)
        }
    }

    /// Which pixel of the stored image is at a place with North up.
    ///
    /// - Parameters:
    ///   - column: of the image with North up, from 0.
    ///   - row: of the image with North up, from 0.
    ///   - width: of the stored image.
    ///   - height: of the stored image.
    public func source(column: Int, row: Int, width: Int, height: Int) -> (column: Int, row: Int) {
        switch self {
        case .northUp: (column, row)
        case .flipped: (column, height - 1 - row)
        // Mirrored and then turned by three quarters is mirrored at the diagonal from upper left to lower right.
        case .mirroredAndTurned: (width - 1 - row, height - 1 - column)
        }
    }
}
