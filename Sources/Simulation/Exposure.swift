/// What one readout channel of one exposure has in common for everything that it shows.
struct Exposure: Sendable {
    /// The night.
    let night: Night
    /// Ten-millionths of a day since 0 h UTC at the start of the exposure.
    let fraction: Int
    /// The field's number.
    let field: Int
    /// The readout channel 0…63 (`rcid`).
    let channel: Int
    /// 1 g, 2 r, 3 i (`fid`).
    let filter: Int
    /// Whose data it is: 1 public, 2 partnership, 3 Caltech.
    let program: Int32
    /// How far the telescope pointed from the field's centre, pixels.
    let dither: (x: Double, y: Double)
    /// Full width at half maximum of a star, arcseconds.
    let seeing: Double
    /// The faintest magnitude at five sigma in the difference image.
    let limit: Double
    /// The magnitude of 1 DN.
    let zeroPoint: Double
    /// The zero point's formal error and scatter.
    let zeroPointError: (formal: Double, scatter: Double)
    /// Colour coefficient of the calibration and its error.
    let colour: (coefficient: Double, error: Double)
    /// Sky level of the science image, DN.
    let background: Double
    /// Noise of a pixel of the science image, DN.
    let pixelNoise: Double

    /// How many exposures fit into a night, 42 s each.
    static let slotsPerNight = 900

    /// How many seconds within a slot keep two fields apart: 20 for each grid.
    static let phases = 40

    /// The second within a slot at which a field's exposures start; two fields of different phase never start
    /// at the same time, and the two grids never share one.
    static func phase(ofField field: Int) -> Int { field < 1001 ? field % 20 : 20 + field % 20 }

    /// The exposure of a field in a slot of a night, as one channel saw it.
    init(seed: UInt64, night: Night, slot: Int, field: Int, channel: Int, programs: [Int32]) {
        self.night = night
        self.field = field
        self.channel = channel
        // From 02:38 UTC on, Palomar's winter dusk.
        let second = 9_480 + slot * 42 + Self.phase(ofField: field)
        fraction = (second * 10_000_000 + 43_200) / 86_400

        var whole = RandomStream(seed: seed, .exposure, night.number, slot, field)
        let choice = whole.uniform()
        filter = choice < 0.46 ? 1 : choice < 0.92 ? 2 : 3
        program = programs[whole.integer(below: programs.count)]
        dither = (whole.uniform(-3, 3), whole.uniform(-3, 3))
        let sky = whole.uniform(-0.75, 0.35)
        let blur = whole.uniform()

        var own = RandomStream(seed: seed, .exposure, night.number, slot, field * 64 + channel)
        seeing = 1.5 + 0.5 * blur + 1.9 * blur * blur * blur + own.uniform(-0.05, 0.05)
        limit = [20.55, 20.40, 19.85][filter - 1] + sky - 0.12 * (seeing - 1.9) + own.uniform(-0.04, 0.04)
        zeroPoint = [26.32, 26.26, 25.75][filter - 1] + own.uniform(-0.09, 0.09)
        zeroPointError = (own.uniform(8e-6, 7.5e-5), own.uniform(0.021, 0.05))
        colour = ([-0.06, 0.10, 0][filter - 1] + own.uniform(-0.03, 0.03), own.uniform(1.1e-5, 8.5e-5))
        background = own.uniform(80, 230) * (filter == 3 ? 2 : 1)
        pixelNoise = 4.3 + 0.02 * background + own.uniform(-0.4, 0.4)
    }

    /// Julian date of the start, UTC (`jd`).
    var julianDate: Double { night.julianDate(fraction: fraction) }

    /// The processing number of 13 digits: night, five digits of the day, channel, kind 15 (`pid`).
    var processingID: Int64 {
        Int64(night.number) * 1_000_000_000 + Int64(fraction / 100) * 10_000 + Int64(channel * 100 + 15)
    }

    /// The reference image's number (`rfid`).
    var referenceID: Int64 { Int64(field) * 1_000_000 + 120_000 + Int64(filter * 100 + channel) }

    /// One sigma of a point source's flux in the difference image, DN.
    var fluxNoise: Double { power10(-0.4 * (limit - zeroPoint)) / 5 }

    /// The principal investigator whom the survey names for the program.
    var investigator: String { program == 3 ? "Graham" : "Kulkarni" }

    /// The name of the difference image without its ending:
    /// `ztf_20200202495394_000674_zg_c16_o_q4_scimrefdiffimg`.
    var imageName: String {
        let band = filter == 1 ? "g" : filter == 2 ? "r" : "i"
        return "ztf_" + night.text + padded(fraction / 10, 6) + "_" + padded(field, 6) + "_z" + band + "_c"
            + padded(channel / 4 + 1, 2) + "_o_q" + String(channel % 4 + 1) + "_scimrefdiffimg"
    }

    /// Where the archive keeps the difference image, which is what light-curve rows name.
    var archivePath: String {
        let date = night.text
        return "/ztf/archive/sci/" + date.prefix(4) + "/" + date.suffix(4) + "/" + padded(fraction / 10, 6)
            + "/"
            + imageName + ".fits.fz"
    }
}
