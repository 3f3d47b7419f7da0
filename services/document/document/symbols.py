"""Characters that Word writes as a place in a font of symbols."""

SYMBOL_FONT_START = 0xF000
"""Fonts of symbols have their characters here, in the private area of Unicode."""

UNKNOWN_SYMBOL = "\ufffd"

GREEK_LATIN = "ABGDEZHQIKLMNXOPRSTUFCYWabgdezhqiklmnxoprVstufcyw"
GREEK = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψω"

FONTS: dict[str, dict[int, str]] = {
    "symbol": {
        **{ord(latin): greek for latin, greek in zip(GREEK_LATIN, GREEK, strict=True)},
        **dict(enumerate(" !∀#∃%&∋()∗+,−./0123456789:;<=>?≅", 0x20)),
        **dict(enumerate("ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…", 0xA1)),
        **dict(enumerate("ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊", 0xC0)),
        **{0xE5: "∑", 0xF2: "∫"},
    },
    "wingdings": {
        **{0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑"},
        **{0x76: "❖", 0x9F: "•", 0xA7: "▪", 0xA8: "◻", 0xD8: "➢"},
        **{0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓"},
        **{0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑"},
    },
}


def symbol(code: str, *, font: str) -> str:
    """The character at a place, in hexadecimal; U+FFFD if it is not known.

    >>> symbol("F061", font="Symbol"), symbol("F0FC", font="Wingdings")
    ('α', '✓')
    >>> symbol("2014", font="Arial"), symbol("F021", font="Webdings")
    ('—', '\ufffd')
    """
    try:
        place = int(code, 16)
        written = chr(place)
    except (ValueError, OverflowError):
        return UNKNOWN_SYMBOL

    is_private = SYMBOL_FONT_START <= place < SYMBOL_FONT_START + 0x100
    known = FONTS.get(font.lower(), {})
    if is_private or known:
        return known.get(place & 0xFF, UNKNOWN_SYMBOL)
    return written
