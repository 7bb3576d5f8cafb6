"""What other surveys know near the object MIXED: reports to TNS, and light curves of ZTF's archive."""

import datetime
import functools

from bson.int64 import Int64

from sky import displaced
from world import MIXED, MIXED_POSITION, coordinates

TNS_ID = 987654321


@functools.cache
def tns():
    """Reports to TNS near MIXED, with the field names that Fritz asks for."""
    ra, dec = displaced(MIXED_POSITION, 0.75 / 3600, 200)
    return [
        {
            "_id": TNS_ID + number,
            "name": f"AT 2023con{number}",
            "ra": ra,
            "dec": dec,
            "disc__instrument/s": "ZTF - ZTF Camera",
            "disc__internal_name": MIXED,
            "discovery_data_source/s": "ZTF",
            "discovery_date_(ut)": f"2099-12-0{number + 1} 10:00:00",
            "discovery_filter": "g-ZTF",
            "discovery_mag/flux": 18.5,
            "reporting_group/s": "ZTF",
            "associated_group/s": "ZTF",
            "public": 1,
            "discovery_date": datetime.datetime(2099, 12, number + 1),
            "coordinates": coordinates(ra, dec + number),
        }
        for number in range(2)
    ]


@functools.cache
def archive_sources():
    """Sources of the archive of light curves that Fritz reads, near MIXED."""
    found = []
    for number in range(3):
        ra, dec = displaced(MIXED_POSITION, (0.5 + number) / 3600, 100)
        found.append(
            {
                "_id": Int64(10000000000000 + number),
                "ra": ra,
                "dec": dec,
                "filter": number % 3 + 1,
                "meanmag": 18.5,
                "vonneumannratio": 1.5,
                "refchi": 0.5,
                "refmag": 18.25,
                "refmagerr": 0.25,
                "iqr": 0.125,
                "data": [
                    {
                        "hjd": 2459000.5 + k,
                        "mag": 18 + k / 8,
                        "magerr": 0.0625,
                        "ra": ra,
                        "dec": dec,
                        "programid": k % 3 + 1,
                        "catflags": 0,
                    }
                    for k in range(6)
                ],
                "coordinates": coordinates(ra, dec),
            }
        )
    return found
