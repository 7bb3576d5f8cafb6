/// The 103 fields of `candidate`, in their order.
enum CandidateFields {
    /// All of them.
    static let all: [SchemaField] = identity + photometry + shape + neighbours + history + image + calibration

    private static let identity: [SchemaField] = [
        .required(
            "jd", "double",
            "Start of the exposure as a Julian date; the scale is UTC, not corrected to the Sun [days]"),
        .required("fid", "int", "Filter through which it was taken: 1 is g, 2 is r, 3 is i"),
        .required(
            "pid", "long", "Number of the processed science image: night, time of day, readout channel, kind"),
        .optional(
            "diffmaglim", "float",
            "Limit of the difference image of the whole quadrant: magnitude of a point source at five sigma [mag]"
        ),
        .optional(
            "pdiffimfilename", "string", "Name of the difference image, positive where it got brighter"),
        .optional("programpi", "string", "Principal investigator of the program that asked for it"),
        .required("programid", "int", "Whose data: 1 is public, 2 the partnership, 3 Caltech, 0 engineering"),
        .required(
            "candid", "long",
            "Number of the detection: pid, two digits, sign, counter; a 64-bit integer, a double would round it"
        ),
        .required(
            "isdiffpos", "string",
            "Whether the object is brighter than in the reference: t or 1 if so, f or 0 if it is fainter"),
        .optional("tblid", "long", "Row of the detection in its difference image's table of sources"),
        .optional("nid", "int", "Number of the night: whole days since 2017 January 1, 0 h UTC"),
        .optional(
            "rcid", "int",
            "Readout channel of the camera, 0 to 63: four times CCD less one, plus quadrant less one"),
        .optional("field", "int", "Number of the field on the sky in the survey's grids"),
        .optional("xpos", "float", "Place in the image along its rows [pixels]"),
        .optional("ypos", "float", "Place in the image along its columns [pixels]"),
        .required("ra", "double", "Right ascension, J2000 [degrees]"),
        .required("dec", "double", "Declination, J2000 [degrees]"),
    ]

    private static let photometry: [SchemaField] = [
        .required(
            "magpsf", "float", "Magnitude of the difference, by fitting the point spread function [mag]"),
        .required("sigmapsf", "float", "One sigma of magpsf, from the fit [mag]"),
        .optional("chipsf", "float", "Reduced chi-square of the fit that gave magpsf"),
        .optional("magap", "float", "Magnitude of the difference in an aperture of 14 pixels diameter [mag]"),
        .optional("sigmagap", "float", "One sigma of magap [mag]"),
        .optional("distnr", "float", "Distance to the nearest source of the reference image [pixels]"),
        .optional("magnr", "float", "Magnitude of that source in the reference image [mag]"),
        .optional("sigmagnr", "float", "One sigma of magnr [mag]"),
        .optional("chinr", "float", "How well a point source describes that source: DAOPhot's chi"),
        .optional("sharpnr", "float", "How much sharper or wider than a point it is: DAOPhot's sharp"),
        .optional(
            "sky", "float", "Level of the background around the detection in the difference image [DN]"),
        .optional("magdiff", "float", "Aperture magnitude minus fitted magnitude, magap - magpsf [mag]"),
    ]

    private static let shape: [SchemaField] = [
        .optional(
            "fwhm", "float",
            "Full width at half maximum of the detection, its core taken for a Gaussian [pixels]"),
        .optional("classtar", "float", "Likeness to a star by SExtractor, from 0 to 1"),
        .optional("mindtoedge", "float", "Distance to the nearest edge of the image [pixels]"),
        .optional("magfromlim", "float", "How much brighter than the limit it is, diffmaglim - magap [mag]"),
        .optional("seeratio", "float", "Width of a star in the difference image over fwhm"),
        .optional("aimage", "float", "Longer semi-axis of the windowed profile, by SExtractor [pixels]"),
        .optional("bimage", "float", "Shorter semi-axis of the windowed profile, by SExtractor [pixels]"),
        .optional("aimagerat", "float", "Longer semi-axis over fwhm"),
        .optional("bimagerat", "float", "Shorter semi-axis over fwhm"),
        .optional("elong", "float", "Longer over shorter semi-axis, 1 if round"),
        .optional("nneg", "int", "How many pixels are negative among 5 by 5 around it"),
        .optional(
            "nbad", "int", "How many pixels among 5 by 5 around it were marked as bad before the subtraction"),
        .optional(
            "rb", "float",
            "How real it is, from 0, an artefact, to 1, surely real; by a classifier that sees features of the image"
        ),
        .optional(
            "ssdistnr", "float", "Distance to the nearest known minor planet, -999 if none within 30 [arcsec]"
        ),
        .optional(
            "ssmagnr", "float", "Predicted V magnitude of that minor planet, -999 if there is none [mag]"),
        .optional("ssnamenr", "string", "Name of that minor planet, the word null if there is none"),
        .optional(
            "sumrat", "float",
            "Sum of the pixels over the sum of their absolute values, in 5 by 5 pixels after a median filter"),
        .optional(
            "magapbig", "float", "Magnitude of the difference in an aperture of 18 pixels diameter [mag]"),
        .optional("sigmagapbig", "float", "One sigma of magapbig [mag]"),
        .required(
            "ranr", "double", "Right ascension of the nearest source of the reference image, J2000 [degrees]"),
        .required(
            "decnr", "double", "Declination of the nearest source of the reference image, J2000 [degrees]"),
    ]

    private static let neighbours: [SchemaField] =
        source(1, "nearest") + [
            .required(
                "ndethist", "int",
                "How often something was detected within 1.5 arcsec of the place in this field and channel since the "
                    + "survey began, down to three sigma; it counts images of all filters, with and without an alert"
            ),
            .required(
                "ncovhist", "int",
                "How often the place was observed in any field and channel, detected or not"),
            .optional(
                "jdstarthist", "double", "Julian date of the first detection counted in ndethist [days]"),
            .optional("jdendhist", "double", "Julian date of the last detection counted in ndethist [days]"),
            .optional(
                "scorr", "double",
                "Signal over noise at the peak of the difference image after the matched filter"),
            .optional("tooflag", "int", "1 if the exposure was for a target of opportunity, 0 if not"),
        ]

    private static let history: [SchemaField] =
        [
            .optional("objectidps1", "long", "Number of the nearest source in Pan-STARRS1, -999 if none"),
            .optional(
                "objectidps2", "long", "Number of the second nearest source in Pan-STARRS1, -999 if none"),
        ] + source(2, "second nearest") + [
            .optional(
                "objectidps3", "long", "Number of the third nearest source in Pan-STARRS1, -999 if none")
        ] + source(3, "third nearest") + [
            .required("nmtchps", "int", "How many sources Pan-STARRS1 has within 30 arcsec of the place")
        ]

    private static let image: [SchemaField] = [
        .required("rfid", "long", "Number of the reference image: field, filter, channel"),
        .required("jdstartref", "double", "Julian date of the first exposure of the reference [days]"),
        .required("jdendref", "double", "Julian date of the last exposure of the reference [days]"),
        .required("nframesref", "int", "How many exposures the reference is made of"),
        .required("rbversion", "string", "Version of the classifier that gave rb and of its training set"),
        .optional("dsnrms", "float", "Signal over noise in the difference image, by its pixels' scatter"),
        .optional("ssnrms", "float", "Signal over noise in the science image, by its pixels' scatter"),
        .optional("dsdiff", "float", "Difference of the two, dsnrms - ssnrms"),
    ]

    private static let calibration: [SchemaField] = [
        .optional("magzpsci", "float", "Zero point: magnitude of one DN in the science image [mag]"),
        .optional("magzpsciunc", "float", "Formal error of that zero point [mag]"),
        .optional(
            "magzpscirms", "float",
            "Scatter of the differences between fitted and catalogue magnitudes of the stars that gave the zero point [mag]"
        ),
        .required(
            "nmatches", "int", "How many stars of Pan-STARRS1 gave the zero point of the science image"),
        .optional("clrcoeff", "float", "Coefficient of the colour term in that calibration"),
        .optional("clrcounc", "float", "Error of the coefficient of the colour term"),
        .optional("zpclrcov", "float", "Covariance of zero point and colour coefficient"),
        .optional("zpmed", "float", "Median of the stars' catalogue minus instrumental magnitudes [mag]"),
        .optional("clrmed", "float", "Median colour of those stars: g - r for g and r, r - i for i [mag]"),
        .optional("clrrms", "float", "Scatter of the colours of those stars [mag]"),
        .optional(
            "neargaia", "float", "Distance to the nearest source of Gaia within 90, -999 if none [arcsec]"),
        .optional("neargaiabright", "float", "The same for sources brighter than 14, -999 if none [arcsec]"),
        .optional("maggaia", "float", "Gaia's G magnitude of the nearest source, -999 if none [mag]"),
        .optional(
            "maggaiabright", "float", "The same for the nearest source brighter than 14, -999 if none [mag]"),
        .optional("exptime", "float", "Exposure time of the science image [s]"),
        .optional(
            "drb", "float", "How real it is, from 0, an artefact, to 1; by a network that sees the stamps"),
        .required("drbversion", "string", "Version of the network that gave drb and of its training"),
    ]

    /// Magnitudes, star score and distance of one source of Pan-STARRS1.
    private static func source(_ rank: Int, _ name: String) -> [SchemaField] {
        ["g", "r", "i", "z"].map { band in
            .optional(
                "s\(band)mag\(rank)", "float",
                "\(band) magnitude in Pan-STARRS1 of the \(name) source, -999 if it has none or is none [mag]"
            )
        } + [
            .optional(
                "sgscore\(rank)", "float",
                "Star or galaxy: from 0, surely a galaxy, to 1, surely a star, for the \(name) source of Pan-STARRS1"
            ),
            .optional(
                "distpsnr\(rank)", "float",
                "Distance to the \(name) source of Pan-STARRS1 within 30, -999 if none [arcsec]"),
        ]
    }
}
