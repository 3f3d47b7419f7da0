"""Whether a few bytes beyond ASCII are Western European or Cyrillic letters and signs.

A detector that compares how often letters stand beside each other knows too little of
a short text: it takes the £ of “£5” for a Polish Ł, and the ï of “naïve” for a Latvian
ī. Where a letter or sign stands says more: a Ł has a letter behind it, a £ a number.
"""

import re

WESTERN = "windows-1252"
CYRILLIC = "windows-1251"

# More letters tell a detector enough. Signs never do, so their
# number only bounds the time.
MAX_WESTERN_CHARACTERS = 4
MAX_SIGNS = 10_000
MAX_CYRILLIC_CHARACTERS = 12

# Beside a letter of ASCII. Those that are other letters in Central European encodings
# count only where Western languages have them: “fête” but not “jêzyk”.
LETTERS = (
    r"(?<=[A-Za-z])[àáâäåçéëíîóôöúüß]|[àáâäåçéëíîóôöúü](?=[A-Za-z])",
    r"è(?=(?:[a-z]|br|ch|cl|gl|gn|qu|tr|vr)(?:e|es|ent)?\b)",
    r"ê(?=(?:[hlmnptv]|ch|tr)(?:e|es|er|ement)?\b)",
    r"æ(?=[bdgklnrstv][a-z])|ã(?=[oe])|(?<=[aeou])ï(?=[a-z])",
    r"ñ(?=[aeiou])|œ(?=u|il|tus|dip)|(?<=[a-z])ø|ø(?=[a-z])",
    r"(?<=[a-z])[ìòõû]|û(?=[a-z])",
    r"(?<![a-z])[ÀÁÂÄÅÆÇÉËÎÓÔÖØŒÚÜ](?=[A-Za-z])|(?<=[A-Z])[ÀÁÂÄÇÈÉÊËÎÓÔÖÚÜ]",
    # words of one letter
    r"(?<![^\s'(\"])[àéèòô](?![^\s,.;:!?)])",
)
SIGNS = (
    r"[£€¥]\s?(?=\d)|(?<=\d)[£€¥](?![A-Za-z])|(?<=\d\s)[£€¥](?![A-Za-z])",
    r"(?<![A-Za-z])[±×°§¶†½¼¾·•](?![a-z])|(?<=\b[a-z])[²³]\b|(?<=\b[ckmd]m)[²³]\b",
    r"(?<![A-Za-z])µ(?=[A-Za-z]\b)|(?<![A-Za-z])[¡¿](?=[A-Za-z])",
    r"(?<![A-Za-z])[«“‘]|[»”…®©™](?![A-Za-z])",
    r"(?<=[A-Za-z])’|(?<=\d)[ªº]|[–—…]|’(?=[\s\d])",
)
WESTERN_PLACES = re.compile("|".join(LETTERS + SIGNS))
SIGN_PLACES = re.compile("|".join(SIGNS))

ASCII = bytes(range(128))
BEYOND_ASCII = re.compile(r"[^\0-\x7f]")
CYRILLIC_WORDS = re.compile(r"[\W\d_]*+(?:[А-ЯЁ]?[а-яё]++[\W\d_]*+)+")

# A list of such letters is no Russian word.
NORTHERN_LETTERS = frozenset("äöüßåæøÄÖÜÅÆØ")

# Those whose encodings are taken for Western ones, and the reverse.
EASTERN_LANGUAGES = frozenset("pl cs sk hu ro hr sl bs sr sq lt lv et tr".split())


def is_western(content: bytes) -> bool:
    """Whether all of few letters and signs stand where Western texts have them.

    >>> [is_western(text.encode("cp1252")) for text in ("£5", "£ukasz", "naïve")]
    [True, False, True]
    """
    count = _beyond_ascii(content)
    if not 1 <= count <= MAX_SIGNS:
        return False

    known = WESTERN_PLACES if count <= MAX_WESTERN_CHARACTERS else SIGN_PLACES
    text = content.decode(WESTERN, "replace")
    places = (found.start() for found in BEYOND_ASCII.finditer(text))
    return all(known.match(text, place) for place in places)


def is_cyrillic(content: bytes) -> bool:
    """Whether few letters, and no other, make words of Russian.

    >>> is_cyrillic("да, мир".encode("cp1251")), is_cyrillic("für".encode("cp1252"))
    (True, False)
    """
    if not 2 <= _beyond_ascii(content) <= MAX_CYRILLIC_CHARACTERS:
        return False

    letters = BEYOND_ASCII.findall(content.decode(WESTERN, "replace"))
    is_list = NORTHERN_LETTERS.issuperset(letters)
    text = content.decode(CYRILLIC, "replace")
    return not is_list and CYRILLIC_WORDS.fullmatch(text) is not None


def _beyond_ascii(content: bytes) -> int:
    """How many bytes are not of ASCII."""
    return len(content.translate(None, ASCII))
