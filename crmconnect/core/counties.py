"""Romania's counties: ISO 3166-2 code and name, as addresses are written."""

from __future__ import annotations

NAMES = {
    "RO-AB": "Alba", "RO-AG": "Argeș", "RO-AR": "Arad", "RO-B": "București", "RO-BC": "Bacău", "RO-BH": "Bihor",
    "RO-BN": "Bistrița-Năsăud", "RO-BR": "Brăila", "RO-BT": "Botoșani", "RO-BV": "Brașov", "RO-BZ": "Buzău",
    "RO-CJ": "Cluj", "RO-CL": "Călărași", "RO-CS": "Caraș-Severin", "RO-CT": "Constanța", "RO-CV": "Covasna",
    "RO-DB": "Dâmbovița", "RO-DJ": "Dolj", "RO-GJ": "Gorj", "RO-GL": "Galați", "RO-GR": "Giurgiu",
    "RO-HD": "Hunedoara", "RO-HR": "Harghita", "RO-IF": "Ilfov", "RO-IL": "Ialomița", "RO-IS": "Iași",
    "RO-MH": "Mehedinți", "RO-MM": "Maramureș", "RO-MS": "Mureș", "RO-NT": "Neamț", "RO-OT": "Olt", "RO-PH": "Prahova",
    "RO-SB": "Sibiu", "RO-SJ": "Sălaj", "RO-SM": "Satu Mare", "RO-SV": "Suceava", "RO-TL": "Tulcea", "RO-TM": "Timiș",
    "RO-TR": "Teleorman", "RO-VL": "Vâlcea", "RO-VN": "Vrancea", "RO-VS": "Vaslui",
}  # fmt: skip


def written(code: str | None) -> str:
    """A county as it stands in an address; what is no Romanian code is given back as it is.

    >>> written("RO-CJ"), written("RO-B"), written("Bayern")
    ('jud. Cluj', 'București', 'Bayern')
    """
    name = NAMES.get(code or "", "")
    if not name:
        return code or ""
    return name if code == "RO-B" else f"jud. {name}"
