"""The tables of ICAO Doc 9303-3 (eighth edition), section 6: national letters in the letters of the MRZ.

Where the standard allows several spellings the one it recommends first stands first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Cyrillic = Literal["be", "bg", "mk", "ru", "sr", "uk"]
"""A language that the standard's table of Cyrillic letters tells apart; "ru" is the table without exceptions."""

CYRILLIC_LANGUAGES: Final[tuple[Cyrillic, ...]] = ("ru", "be", "bg", "mk", "sr", "uk")

OF_STATES: Final[Mapping[str, Cyrillic]] = {
    "BLR": "be",
    "BGR": "bg",
    "MKD": "mk",
    "MNE": "sr",
    "SRB": "sr",
    "UKR": "uk",
}
"""State (ICAO code) → the language in which its documents write Cyrillic; all others: "ru"."""

_ONE_LETTER: Final = {
    "A": "ÀÁÂÃĀĂĄ",
    "C": "ÇĆĈĊČ",
    "D": "ÐĎĐ",
    "E": "ÈÉÊËĒĔĖĘĚ",
    "G": "ĜĞĠĢ",
    "H": "ĤĦ",
    "I": "ÌÍÎÏĨĪĬĮİ",
    "J": "Ĵ",
    "K": "Ķ",
    "L": "ĹĻĽĿŁ",
    "N": "ŃŅŇŊ",
    "O": "ÒÓÔÕŌŎŐ",
    "R": "ŔŖŘ",
    "S": "ŚŜŞŠ",
    "T": "ŢŤŦ",
    "U": "ÙÚÛŨŪŬŮŰŲ",
    "W": "Ŵ",
    "Y": "ÝŶŸ",
    "Z": "ŹŻŽ",
}

LATIN: Final[Mapping[str, tuple[str, ...]]] = {
    **{letter: (plain,) for plain, letters in _ONE_LETTER.items() for letter in letters},
    "Ä": ("AE", "A"),
    "Å": ("AA", "A"),
    "Æ": ("AE",),
    "Ñ": ("N", "NXX"),
    "Ö": ("OE", "O"),
    "Ø": ("OE",),
    "Ü": ("UE", "UXX", "U"),
    "Þ": ("TH",),
    "Ĳ": ("IJ",),
    "Œ": ("OE",),
    "ẞ": ("SS",),
}
"""Table A: capital letters; ı and ß are capitalised before."""

CYRILLIC: Final[Mapping[str, str]] = {
    "Ё": "E",
    # The standard prints Ћ beside the code point of Ђ, and Һ for Ћ: the letters are looked alike, not the numbers.
    "Ђ": "D",
    "Ћ": "C",
    "Һ": "C",
    "Є": "IE",
    "Ѕ": "DZ",
    "І": "I",
    "Ї": "I",
    "Ј": "J",
    "Љ": "LJ",
    "Њ": "NJ",
    "Ќ": "K",
    "Ў": "U",
    "Џ": "DZ",
    "А": "A",
    "Б": "B",
    "В": "V",
    "Г": "G",
    "Д": "D",
    "Е": "E",
    "Ж": "ZH",
    "З": "Z",
    "И": "I",
    "Й": "I",
    "К": "K",
    "Л": "L",
    "М": "M",
    "Н": "N",
    "О": "O",
    "П": "P",
    "Р": "R",
    "С": "S",
    "Т": "T",
    "У": "U",
    "Ф": "F",
    "Х": "KH",
    "Ц": "TS",
    "Ч": "CH",
    "Ш": "SH",
    "Щ": "SHCH",
    "Ъ": "IE",
    "Ы": "Y",
    # The table has no soft sign: like an apostrophe it leaves no trace.
    "Ь": "",
    "Э": "E",
    "Ю": "IU",
    "Я": "IA",
    "Ѫ": "U",
    "Ѵ": "Y",
    "Ґ": "G",
    # As above: printed Ғ, with the Macedonian exception that belongs to Ѓ.
    "Ғ": "G",
    "Ѓ": "G",
}
"""Table B, where no language makes an exception."""

CYRILLIC_EXCEPTIONS: Final[Mapping[Cyrillic, Mapping[str, str]]] = {
    "ru": {},
    "be": {"Ё": "IO", "Г": "H"},
    "bg": {"Щ": "SHT"},
    "mk": {"Ќ": "KJ", "Џ": "DJ", "Х": "H", "Ц": "C", "Ѓ": "GJ", "Ғ": "GJ"},
    "sr": {"Г": "H", "Ж": "Z", "Х": "H", "Ц": "C", "Ч": "C", "Ш": "S"},
    "uk": {"Г": "H", "И": "Y"},
}

CYRILLIC_FIRST: Final[Mapping[Cyrillic, Mapping[str, str]]] = {
    "uk": {"Є": "YE", "Ї": "YI", "Й": "Y", "Ю": "YU", "Я": "YA"},
}
"""Exceptions for the first letter of a name component."""

ARABIC: Final[Mapping[str, str]] = {
    "ء": "XE",
    "آ": "XAA",
    "أ": "XAE",
    "ؤ": "U",
    "إ": "I",
    "ئ": "XI",
    "ا": "A",
    "ب": "B",
    "ة": "XTA",
    "ت": "T",
    "ث": "XTH",
    "ج": "J",
    "ح": "XH",
    "خ": "XKH",
    "د": "D",
    "ذ": "XDH",
    "ر": "R",
    "ز": "Z",
    "س": "S",
    "ش": "XSH",
    "ص": "XSS",
    "ض": "XDZ",
    "ط": "XTT",
    "ظ": "XZZ",
    "ع": "E",
    "غ": "G",
    "ف": "F",
    "ق": "Q",
    "ك": "K",
    "ل": "L",
    "م": "M",
    "ن": "N",
    "ه": "H",
    "و": "W",
    "ى": "XAY",
    "ي": "Y",
    "ٱ": "XXA",
    "ٹ": "XXT",
    "ټ": "XRT",
    "پ": "P",
    "ځ": "XKE",
    "څ": "XXH",
    "چ": "XC",
    "ڈ": "XXD",
    "ډ": "XDR",
    "ڑ": "XXR",
    "ړ": "XRR",
    "ږ": "XRX",
    "ژ": "XJ",
    "ښ": "XXS",
    "ڜ": "",
    "ڢ": "",
    "ڤ": "V",
    "ڥ": "XF",
    "ڧ": "",
    "ڨ": "",
    "ک": "XKK",
    "ګ": "XXK",
    "ڭ": "XNG",
    "گ": "XGG",
    "ں": "XNN",
    "ڼ": "XXN",
    "ھ": "XDO",
    "ۀ": "XYH",
    "ہ": "XXG",
    "ۂ": "XGE",
    "ۃ": "XTG",
    "ی": "XYA",
    "ۍ": "XXY",
    "ې": "Y",
    "ے": "XYB",
    "ۓ": "XBE",
}
"""Table C, with the two letters for foreign names of appendix B (ڤ, ڥ). Vowel signs and the tatweel leave no trace."""

ARABIC_LAST: Final = {"ة": "XAH"}
"""Exceptions for the last letter of a name component."""

ARABIC_DOUBLING: Final = "\u0651"
"""The shadda: what stands before it is written twice."""
