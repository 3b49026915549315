"""Places: the digits of GB/T 2260 that people and entities carry, and the letters of parameter rows."""

from __future__ import annotations

from webapp.domain.parameters import NATIONAL

PROVINCES = {
    "11": "BJ",
    "12": "TJ",
    "13": "HE",
    "14": "SX",
    "15": "NM",
    "21": "LN",
    "22": "JL",
    "23": "HL",
    "31": "SH",
    "32": "JS",
    "33": "ZJ",
    "34": "AH",
    "35": "FJ",
    "36": "JX",
    "37": "SD",
    "41": "HA",
    "42": "HB",
    "43": "HN",
    "44": "GD",
    "45": "GX",
    "46": "HI",
    "50": "CQ",
    "51": "SC",
    "52": "GZ",
    "53": "YN",
    "54": "XZ",
    "61": "SN",
    "62": "GS",
    "63": "QH",
    "64": "NX",
    "65": "XJ",
}
MUNICIPALITIES = frozenset({"BJ", "TJ", "SH", "CQ"})  # their districts are no cities
NO_CITY = "00"
CITIES = {"3701": "JN", "4401": "GZ", "4403": "SZ", "3301": "HZ", "5101": "CD"}


def parameter_region(code: str) -> str:
    """``440300`` -> ``CN-GD-SZ``, ``310115`` -> ``CN-SH``, ``320500`` -> ``CN-JS-3205``; letters stay.

    A city without a name here keeps its digits, so that its rows never count for the whole province.
    What is no code is the nation.
    """
    if code.startswith(NATIONAL):
        return code
    province = PROVINCES.get(code[:2])
    if province is None:
        return NATIONAL
    if province in MUNICIPALITIES or code[2:4] in {NO_CITY, ""}:
        return f"{NATIONAL}-{province}"
    return f"{NATIONAL}-{province}-{CITIES.get(code[:4], code[:4])}"
