"""The ways of writing numbers that System Settings offers."""

from typing import NamedTuple

NUMBER_FORMAT_MAP = {
    "#,###.##": (".", ",", 2),
    "#.###,##": (",", ".", 2),
    "# ###.##": (".", " ", 2),
    "# ###,##": (",", " ", 2),
    "#'###.##": (".", "'", 2),
    "#, ###.##": (".", ", ", 2),
    "#,##,###.##": (".", ",", 2),
    "#,###.###": (".", ",", 3),
    "#.###": ("", ".", 0),
    "#,###": ("", ",", 0),
    "#.########": (".", "", 8),
}


class NumberFormat(NamedTuple):
    """Decimals, separators and the pattern itself."""

    precision: int
    decimal_separator: str
    thousands_separator: str
    string: str

    @classmethod
    def from_string(cls, number_format: str) -> "NumberFormat":
        """The format of a pattern like `#.###,##`."""
        decimal, thousands, precision = NUMBER_FORMAT_MAP[number_format]
        return cls(precision, decimal, thousands, number_format)

    def __str__(self) -> str:
        return self.string
