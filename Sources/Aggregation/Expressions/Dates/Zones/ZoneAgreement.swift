import Documents

/// The years for which Foundation's database of time zones (release 2025b in Swift 6.3) says what MongoDB's (2022c in
/// mongod 6.0.5) says.
enum ZoneAgreement {
    /// The instants, seconds since 1970, at which both databases are known to agree on a zone; nil where MongoDB has no
    /// zone of the name. Empty where they agree at no time that matters.
    static func instants(of name: String) -> Range<Int>? { zones[name] }

    /// The names of all zones.
    static var names: [String] { zones.keys.sorted() }

    private static let zones: [String: Range<Int>] = {
        var zones: [String: Range<Int>] = [:]
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            let from = start(words[0], otherwise: .min)
            let until = start(words[1], otherwise: 180_000_000_000_000)
            for name in words.dropFirst(2) { zones[String(name)] = from..<max(from, until) }
        }
        return zones
    }()

    /// When a year begins in UTC, seconds since 1970.
    private static func start(_ year: Substring, otherwise: Int) -> Int {
        Int(year).map { CalendarTime.days($0, 1, 1) * 86_400 } ?? otherwise
    }

    /// Per line the first year of agreement, the year that is the first one without, and the zones. An asterisk stands
    /// for no such year; about the year 5,800,000 Foundation's rules end.
    private static let table = """
        * 2021 Antarctica/Casey
        * 2022 Asia/Amman Asia/Damascus Asia/Gaza Asia/Hebron Pacific/Fiji
        * 2023 Africa/Cairo Africa/Casablanca Africa/El_Aaiun America/Godthab America/Nuuk Egypt
        * 2024 America/Scoresbysund Asia/Almaty Asia/Qostanay
        * 2025 America/Asuncion
        * * Africa/Abidjan Africa/Algiers Africa/Bissau Africa/Ceuta Africa/Johannesburg Africa/Juba \
        Africa/Khartoum Africa/Lagos Africa/Monrovia Africa/Nairobi Africa/Ndjamena Africa/Sao_Tome \
        Africa/Tripoli Africa/Tunis Africa/Windhoek America/Adak America/Anchorage America/Araguaina \
        America/Argentina/Buenos_Aires America/Argentina/Catamarca America/Argentina/ComodRivadavia \
        America/Argentina/Cordoba America/Argentina/Jujuy America/Argentina/La_Rioja \
        America/Argentina/Mendoza America/Argentina/Rio_Gallegos America/Argentina/Salta \
        America/Argentina/San_Juan America/Argentina/San_Luis America/Argentina/Tucuman \
        America/Argentina/Ushuaia America/Atka America/Bahia America/Barbados America/Belem \
        America/Belize America/Boa_Vista America/Boise America/Buenos_Aires America/Campo_Grande \
        America/Caracas America/Catamarca America/Cayenne America/Chicago America/Cordoba \
        America/Costa_Rica America/Cuiaba America/Danmarkshavn America/Dawson America/Dawson_Creek \
        America/Denver America/Detroit America/Edmonton America/Eirunepe America/El_Salvador \
        America/Fort_Nelson America/Fort_Wayne America/Fortaleza America/Glace_Bay America/Goose_Bay \
        America/Grand_Turk America/Guatemala America/Guayaquil America/Guyana America/Halifax \
        America/Havana America/Indiana/Indianapolis America/Indiana/Knox America/Indiana/Marengo \
        America/Indiana/Petersburg America/Indiana/Tell_City America/Indiana/Vevay \
        America/Indiana/Vincennes America/Indiana/Winamac America/Indianapolis America/Jamaica \
        America/Jujuy America/Juneau America/Kentucky/Louisville America/Kentucky/Monticello \
        America/Knox_IN America/La_Paz America/Lima America/Los_Angeles America/Louisville \
        America/Maceio America/Managua America/Manaus America/Martinique America/Mendoza \
        America/Menominee America/Metlakatla America/Moncton America/Montevideo America/New_York \
        America/Nome America/Noronha America/North_Dakota/Beulah America/North_Dakota/Center \
        America/North_Dakota/New_Salem America/Panama America/Paramaribo America/Phoenix \
        America/Port-au-Prince America/Porto_Acre America/Porto_Velho America/Puerto_Rico \
        America/Punta_Arenas America/Recife America/Regina America/Rio_Branco America/Rosario \
        America/Santarem America/Santiago America/Santo_Domingo America/Sao_Paulo America/Shiprock \
        America/Sitka America/St_Johns America/Swift_Current America/Tegucigalpa America/Thule \
        America/Vancouver America/Winnipeg America/Yakutat Antarctica/Davis Antarctica/Macquarie \
        Antarctica/Mawson Antarctica/Palmer Antarctica/Rothera Antarctica/Troll Asia/Anadyr Asia/Aqtau \
        Asia/Aqtobe Asia/Ashgabat Asia/Ashkhabad Asia/Atyrau Asia/Baghdad Asia/Baku Asia/Bangkok \
        Asia/Barnaul Asia/Beirut Asia/Bishkek Asia/Calcutta Asia/Chita Asia/Chongqing Asia/Chungking \
        Asia/Colombo Asia/Dacca Asia/Dhaka Asia/Dubai Asia/Dushanbe Asia/Famagusta Asia/Harbin \
        Asia/Hong_Kong Asia/Hovd Asia/Irkutsk Asia/Istanbul Asia/Jakarta Asia/Jayapura Asia/Jerusalem \
        Asia/Kabul Asia/Kamchatka Asia/Karachi Asia/Kashgar Asia/Kathmandu Asia/Katmandu Asia/Khandyga \
        Asia/Kolkata Asia/Krasnoyarsk Asia/Kuching Asia/Macao Asia/Macau Asia/Magadan Asia/Makassar \
        Asia/Nicosia Asia/Novokuznetsk Asia/Novosibirsk Asia/Omsk Asia/Oral Asia/Pontianak \
        Asia/Pyongyang Asia/Qatar Asia/Qyzylorda Asia/Rangoon Asia/Riyadh Asia/Sakhalin Asia/Samarkand \
        Asia/Seoul Asia/Shanghai Asia/Srednekolymsk Asia/Taipei Asia/Tashkent Asia/Tbilisi Asia/Tel_Aviv \
        Asia/Thimbu Asia/Thimphu Asia/Tokyo Asia/Tomsk Asia/Ujung_Pandang Asia/Ulaanbaatar \
        Asia/Ulan_Bator Asia/Urumqi Asia/Ust-Nera Asia/Vladivostok Asia/Yakutsk Asia/Yangon \
        Asia/Yekaterinburg Asia/Yerevan Atlantic/Bermuda Atlantic/Canary Atlantic/Cape_Verde \
        Atlantic/Faeroe Atlantic/Faroe Atlantic/South_Georgia Atlantic/Stanley Australia/ACT \
        Australia/Adelaide Australia/Brisbane Australia/Broken_Hill Australia/Canberra Australia/Currie \
        Australia/Darwin Australia/Eucla Australia/Hobart Australia/LHI Australia/Lindeman \
        Australia/Lord_Howe Australia/Melbourne Australia/NSW Australia/North Australia/Perth \
        Australia/Queensland Australia/South Australia/Sydney Australia/Tasmania Australia/Victoria \
        Australia/West Australia/Yancowinna Brazil/Acre Brazil/DeNoronha Brazil/East Brazil/West \
        Canada/Atlantic Canada/Central Canada/Mountain Canada/Newfoundland Canada/Pacific \
        Canada/Saskatchewan Chile/Continental Chile/EasterIsland Cuba Eire Etc/GMT Etc/GMT+0 Etc/GMT+1 \
        Etc/GMT+10 Etc/GMT+11 Etc/GMT+12 Etc/GMT+2 Etc/GMT+3 Etc/GMT+4 Etc/GMT+5 Etc/GMT+6 Etc/GMT+7 \
        Etc/GMT+8 Etc/GMT+9 Etc/GMT-0 Etc/GMT-1 Etc/GMT-10 Etc/GMT-11 Etc/GMT-12 Etc/GMT-13 Etc/GMT-14 \
        Etc/GMT-2 Etc/GMT-3 Etc/GMT-4 Etc/GMT-5 Etc/GMT-6 Etc/GMT-7 Etc/GMT-8 Etc/GMT-9 Etc/GMT0 \
        Etc/Greenwich Etc/UCT Etc/UTC Etc/Universal Etc/Zulu Europe/Andorra Europe/Astrakhan \
        Europe/Athens Europe/Belfast Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels \
        Europe/Bucharest Europe/Budapest Europe/Busingen Europe/Chisinau Europe/Dublin Europe/Gibraltar \
        Europe/Helsinki Europe/Istanbul Europe/Kaliningrad Europe/Kiev Europe/Kirov Europe/Kyiv \
        Europe/London Europe/Madrid Europe/Malta Europe/Mariehamn Europe/Minsk Europe/Moscow \
        Europe/Nicosia Europe/Paris Europe/Podgorica Europe/Prague Europe/Riga Europe/Rome Europe/Samara \
        Europe/San_Marino Europe/Saratov Europe/Simferopol Europe/Sofia Europe/Tallinn Europe/Tirane \
        Europe/Tiraspol Europe/Ulyanovsk Europe/Vatican Europe/Vienna Europe/Vilnius Europe/Volgograd \
        Europe/Warsaw Europe/Zurich Factory GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich Hongkong \
        Indian/Chagos Indian/Maldives Indian/Mauritius Israel Jamaica Japan Kwajalein Libya NZ NZ-CHAT \
        Navajo PRC Pacific/Apia Pacific/Auckland Pacific/Bougainville Pacific/Chatham Pacific/Easter \
        Pacific/Efate Pacific/Enderbury Pacific/Fakaofo Pacific/Galapagos Pacific/Gambier \
        Pacific/Guadalcanal Pacific/Guam Pacific/Honolulu Pacific/Johnston Pacific/Kanton \
        Pacific/Kiritimati Pacific/Kosrae Pacific/Kwajalein Pacific/Marquesas Pacific/Nauru Pacific/Niue \
        Pacific/Norfolk Pacific/Noumea Pacific/Pago_Pago Pacific/Palau Pacific/Pitcairn \
        Pacific/Port_Moresby Pacific/Rarotonga Pacific/Samoa Pacific/Tahiti Pacific/Tarawa \
        Pacific/Tongatapu Poland ROC ROK Turkey UCT US/Alaska US/Aleutian US/Arizona US/Central \
        US/East-Indiana US/Eastern US/Hawaii US/Indiana-Starke US/Michigan US/Mountain US/Pacific \
        US/Samoa Universal W-SU Zulu
        1884 * Europe/Isle_of_Man
        1895 * Europe/Vaduz
        1901 * Pacific/Funafuti Pacific/Wake Pacific/Wallis
        1909 * Africa/Bujumbura Africa/Harare Africa/Lusaka Africa/Maputo EST
        1912 * America/Miquelon Asia/Dili
        1913 * Africa/Lome Africa/Ouagadougou America/Cayman
        1920 * Africa/Bangui Africa/Brazzaville Africa/Douala Africa/Kinshasa Africa/Libreville \
        Africa/Luanda Asia/Muscat Indian/Mahe Indian/Reunion
        1921 * Africa/Lubumbashi Indian/Christmas
        1923 * America/Matamoros
        1926 * Africa/Blantyre
        1932 2022 America/Chihuahua America/Ojinaga
        1932 2023 America/Mexico_City Mexico/General
        1933 2023 America/Monterrey
        1935 * Africa/Porto-Novo
        1936 * Africa/Kigali
        1941 * America/Atikokan America/Coral_Harbour
        1942 * Africa/Dakar
        1943 * Africa/Addis_Ababa Africa/Asmara Africa/Asmera Africa/Banjul Africa/Djibouti \
        America/Blanc-Sablon Europe/Monaco Indian/Comoro Indian/Mayotte
        1944 * Africa/Maseru Asia/Bahrain
        1945 * Africa/Gaborone Africa/Mbabane Europe/Guernsey Europe/Jersey Europe/Luxembourg
        1946 * America/Anguilla America/Dominica America/Grenada America/Guadeloupe America/Marigot \
        America/Montserrat America/Port_of_Spain America/St_Barthelemy America/St_Kitts America/St_Lucia \
        America/St_Thomas America/St_Vincent America/Tortola America/Virgin Asia/Brunei Asia/Phnom_Penh \
        Europe/Ljubljana Europe/Sarajevo Europe/Skopje Europe/Zagreb Indian/Cocos Pacific/Chuuk \
        Pacific/Pohnpei Pacific/Ponape Pacific/Truk Pacific/Yap
        1947 * CET Europe/Amsterdam MET
        1948 * HST
        1950 * America/Montreal America/Toronto Asia/Aden Asia/Kuwait Canada/Eastern Europe/Copenhagen \
        Europe/Stockholm
        1952 * America/Antigua Atlantic/St_Helena
        1953 * America/Ensenada America/Santa_Isabel America/Tijuana Mexico/BajaNorte
        1955 * Indian/Antananarivo
        1956 * Asia/Ho_Chi_Minh Asia/Saigon Asia/Vientiane
        1957 * Africa/Accra Africa/Kampala Africa/Mogadishu Antarctica/DumontDUrville Antarctica/McMurdo \
        Antarctica/South_Pole Pacific/Midway
        1958 * Antarctica/Syowa
        1960 * Indian/Kerguelen
        1961 * Africa/Bamako Africa/Conakry Africa/Dar_es_Salaam Africa/Niamey Africa/Nouakchott \
        Africa/Timbuktu
        1964 * Africa/Malabo America/Nassau
        1966 * America/Aruba America/Curacao America/Kralendijk America/Lower_Princes \
        Arctic/Longyearbyen Atlantic/Jan_Mayen Europe/Oslo
        1967 * CST6CDT EST5EDT MST7MDT PST8PDT
        1968 * America/Creston America/Whitehorse Canada/Yukon MST
        1969 * Atlantic/Reykjavik Iceland
        1970 * Pacific/Majuro
        1971 2023 America/Bahia_Banderas America/Mazatlan Mexico/BajaSur
        1971 * America/Hermosillo
        1974 * America/Nipigon America/Thunder_Bay
        1978 * Pacific/Saipan
        1979 * Asia/Tehran Iran
        1980 * America/Cambridge_Bay America/Inuvik America/Iqaluit America/Rankin_Inlet \
        America/Resolute America/Yellowknife
        1981 * EET
        1982 * Asia/Kuala_Lumpur Asia/Singapore Singapore
        1983 2023 America/Merida
        1986 * Europe/Lisbon Portugal
        1987 * Atlantic/Madeira
        1991 * Asia/Manila
        1992 * Europe/Uzhgorod Europe/Zaporozhye
        1994 * America/Bogota Atlantic/Azores
        1996 * America/Pangnirtung
        1997 * WET
        1998 * America/Cancun
        2000 2000 Africa/Freetown America/Rainy_River Antarctica/Vostok Asia/Choibalsan
        """
}
