"""Texts and web pages in any encoding are read as a browser would read them."""

import codecs

import pytest
from document.operations import document_text
from papers import page, text
from service_sdk import BadInput, File

GERMAN = "Größere Gefäße für süße Äpfel gehören über die Tür, heißt es."
FRENCH = "La dernière fois, à l’été, l’élève a mangé une crème brûlée près du château."
RUSSIAN = "Широка страна моя родная, много в ней лесов, полей и рек!"
GREEK = "Η Αθήνα είναι η πρωτεύουσα της Ελλάδας και μεγάλη πόλη."
JAPANESE = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"

# Encoding, and a text in it: long enough for its letters to say which it is.
TEXTS = [
    ("cp1252", GERMAN),
    ("cp1252", FRENCH),
    ("cp1252", "El niño comió piña, ¿verdad? ¡Sí, señor! Costó 5 € más."),
    ("cp1252", "Os alunos não têm razão: a informação está na última página."),
    ("cp1250", "Zażółć gęślą jaźń. Dziękuję bardzo, wszystko w porządku."),
    ("iso-8859-2", "Příliš žluťoučký kůň úpěl ďábelské ódy a nikdo mu nepomohl."),
    ("cp1251", RUSSIAN),
    ("koi8-r", RUSSIAN),
    ("cp866", RUSSIAN),
    ("iso-8859-5", RUSSIAN),
    ("cp1251", "Їжак їсть яблуко, а ґава сидить на дереві й мовчить."),
    ("cp1253", GREEK),
    ("cp1254", "Çok güzel bir gün: İstanbul'da güneşli, ağaçlar yeşil ve ışıl ışıl."),
    ("cp1255", "שלום לכולם, ירושלים היא עיר הבירה של ישראל."),
    ("cp1256", "مرحبا بالعالم، هذه رسالة قصيرة باللغة العربية."),
    (
        "cp1257",
        "Visi žmonės gimsta laisvi ir lygūs savo orumu ir teisėmis. Jiems suteiktas "
        "protas ir sąžinė, ir jie turi elgtis vienas kito atžvilgiu kaip broliai.",
    ),
    ("cp874", "สวัสดีครับ วันนี้อากาศดีมาก กรุงเทพมหานครเป็นเมืองหลวง"),
    ("cp932", JAPANESE + "①㈱"),
    ("euc_jp", JAPANESE),
    ("iso2022_jp", JAPANESE),
    ("gbk", "简体中文测试文件。今天天气很好，我们去公园散步。镕"),
    ("big5", "繁體中文測試文件。今天天氣很好，我們去公園散步。"),
    ("cp949", "안녕하세요. 오늘은 날씨가 아주 좋습니다. 똠방각하"),
    ("utf-8", JAPANESE),
]

# An array of numbers, which begins with text.
NUMBERS = b"\x93NUMPY\x01\x00v\x00{'descr': '|u1', 'fortran_order': False}" + bytes(
    [0, 0, 1, 1, 0, 2, 3, 1] * 9
)

# Of an animation, which happens to begin with the mark of UTF-16.
ANIMATION = (
    bytes.fromhex("fffe44e209f7f9e1cfffe3ffffffec00ff80000a00f6fffff00002feecff") * 3
)

# Texts with few letters beyond ASCII.
SHORT_TEXTS = (
    "dernière|première|fête|même|Hélène|Noël|naïve|It was a naïve idea, they said.|maïs"
    "|Œuvre|un œuf|cœur|ça va|où|à|É|Café|São Paulo|coração|José|niño|mañana|¿Qué?"
    "|¡Hola!|così|perché|più|È vero|Köln|Straße|Übung|ÄÖÜ|Tromsø|Malmö|Ærø|encyclopædia"
    "|£5|Price: £20.50|5 €|€10|5 ± 2|20 °C|10 µm|½|5 m²|10 m³|«oui»|“Hi”|don’t|Brand®"
    "|He said “yes” – twice.|© 2024|§ 5|…"
    "|a ¶ glyph|1º de maio"
    "|your branch—but we · ·· ··· squash · · · ·"
).split("|")


def read(content: bytes, charset: str = "") -> str:
    """What is read of a text file."""
    return document_text(File(content, "text/plain", "a.txt", charset=charset)).text


def read_page(html: bytes, charset: str = "", media_type: str = "text/html") -> str:
    """What is read of a web page."""
    return document_text(File(html, media_type, "a.html", charset=charset)).text


@pytest.mark.parametrize(("encoding", "written"), TEXTS)
def test_a_text_is_read_in_its_encoding(encoding: str, written: str) -> None:
    assert read(written.encode(encoding)) == written


@pytest.mark.parametrize(("encoding", "written"), TEXTS)
def test_a_page_is_read_in_the_encoding_it_declares(
    encoding: str, written: str
) -> None:
    label = {"cp932": "shift_jis", "gbk": "gb2312", "cp949": "euc-kr"}.get(
        encoding, encoding.replace("cp125", "windows-125").replace("_", "-")
    )
    label = {"cp874": "tis-620", "iso2022-jp": "iso-2022-jp"}.get(label, label)
    html = f"<html><head><meta charset='{label}'></head><p>{written}"

    assert read_page(html.encode(encoding)) == written


@pytest.mark.parametrize("written", SHORT_TEXTS)
def test_a_short_western_text_is_not_taken_for_another(written: str) -> None:
    assert read(written.encode("cp1252")) == written


@pytest.mark.parametrize("written", ["да", "мир", "Привет", "Москва, 2024", "ёлка"])
def test_a_short_cyrillic_text_is_not_taken_for_a_western_one(written: str) -> None:
    assert read(written.encode("cp1251")) == written


@pytest.mark.parametrize("written", ["Dziękuję", "święta", "Kraków", "Dvořák i Łódź"])
def test_a_short_polish_text_stays_one(written: str) -> None:
    assert read(written.encode("cp1250")) == written


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"],
)
@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize(
    "written", ["A", GERMAN, RUSSIAN, f"{JAPANESE}\n12 一\u3000一"]
)
def test_unicode_is_read_with_a_mark_and_without(
    encoding: str, marked: bool, written: str
) -> None:
    mark = "\ufeff" if marked else ""

    assert read((mark + written).encode(encoding)) == written
    assert read_page(f"{mark}<html><p>{written}".encode(encoding)) == " ".join(
        written.split()
    )


@pytest.mark.parametrize("length", [100_000, 1_000_000 - 100])
def test_a_byte_far_behind_decides_too(length: int) -> None:
    """A decision on the first 100 kB took the ones for ASCII, the others for UTF-8."""
    late = "x" * length + " dernière"
    early = "été " + late

    assert read(late.encode("cp1252")) == late
    assert read(early.encode("cp1252")) == early
    assert read(early.encode("utf-8")) == early


@pytest.mark.parametrize("offset", range(4))
def test_no_character_is_cut_in_two(offset: int) -> None:
    written = "x" * offset + "漢字です" * 20_000

    for encoding in ("utf-8", "cp932", "euc_jp", "utf-16"):
        assert read(written.encode(encoding)) == written
        assert read_page(f"<html><p>{written}".encode(encoding)) == written


@pytest.mark.parametrize("bad", [b"\xff", b"\xe9 ", b"\x80", b"\xed\xa0\x80", b"\xc3"])
def test_a_few_bad_bytes_leave_the_rest_of_utf_8_as_it_is(bad: bytes) -> None:
    whole = RUSSIAN.encode()

    begun = read(bad + whole)
    ended = read(whole + b" " + bad)

    assert RUSSIAN in begun and "\ufffd" in begun
    assert RUSSIAN in ended and "\ufffd" in ended


def test_files_that_were_joined_are_read() -> None:
    joined = b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe\n" * 2

    assert read(joined) == "Grüße\nGrüße"


@pytest.mark.parametrize(
    ("label", "encoding", "written"),
    [
        ("iso-8859-1", "cp1252", "“5 €” – Œuvre"),
        ("latin1", "cp1252", "5 €"),
        ("us-ascii", "cp1252", "déjà"),
        ("iso-8859-9", "cp1254", "ışık €"),
        ("gb2312", "gbk", "朱镕基"),
        ("GB2312", "gbk", "一"),
        ("ks_c_5601-1987", "cp949", "똠방각하"),
        ("x-sjis", "cp932", "①㈱"),
        ("big5", "big5hkscs", "嘅"),
        (" Windows-1251 ", "cp1251", "да"),
        ("x-mac-cyrillic", "mac_cyrillic", "Привет"),
        ("tis-620", "cp874", "ไทย"),
        ("hz-gb-2312", "hz", "中文"),
        ("unicode-1-1-utf-8", "utf-8", "ж"),
    ],
)
def test_labels_mean_what_they_mean_to_browsers(
    label: str, encoding: str, written: str
) -> None:
    content = f'<html><meta charset="{label}"><p>{written}'.encode(encoding)

    assert read_page(content) == written
    assert read(written.encode(encoding), charset=label) == written


@pytest.mark.parametrize(
    "label",
    "hex idna rot13 base64 utf-7 punycode unicode_escape zip undefined mbcs x".split(),
)
def test_a_declared_name_that_is_no_encoding_is_passed_over(label: str) -> None:
    content = f"<html><meta charset={label}><p>{FRENCH} +AGE-".encode("cp1252")

    assert read_page(content) == f"{FRENCH} +AGE-"
    assert read(FRENCH.encode("cp1252"), charset=label) == FRENCH


@pytest.mark.parametrize(
    "head",
    [
        "<!-- <meta charset=koi8-r> -->",
        "<!-- a > b --><!-- charset=koi8-r -->",
        "<script>var a = '<meta charset=koi8-r>', charset = 'koi8-r'</script>",
        "<script src='a.js' charset='koi8-r'></script>",
        "<style>@charset 'koi8-r'; /* <meta charset=koi8-r> */</style>",
        "<title>charset=koi8-r <meta charset=koi8-r></title>",
        "<noscript><meta charset=koi8-r></noscript>",
        "<link charset=koi8-r href=a.css>",
        "<meta name=keywords content='text/html; charset=koi8-r'>",
        "<meta content='charset=koi8-r'>",
        "<meta name='<meta charset=koi8-r>'>",
        "<metadata charset=koi8-r>",
        "<meta data-charset=koi8-r>",
        "<body><p>Say charset=koi8-r in the head.",
        "<meta charset=koi8-r-x>",
        "<meta charset=>",
    ],
)
def test_only_the_tag_for_it_declares_an_encoding(head: str) -> None:
    html = f"<html><head>{head}<p>{FRENCH}"

    assert FRENCH in read_page(html.encode("cp1252"))


@pytest.mark.parametrize(
    "declaration",
    [
        "<meta charset=koi8-r>",
        "<META CHARSET = 'KOI8-R' />",
        "<meta/charset=koi8-r>",
        "<meta name=x\ncharset=\"koi8-r\" charset='utf-8'>",
        "<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>",
        """<meta content='text/html;charset = "koi8-r"' http-equiv="content-type">""",
        "<script>if (a<b) x = '</p>'</script><meta charset=koi8-r>",
        "<!--><meta charset=koi8-r>",
        f"<style>{'p {} ' * 1000}</style><meta charset=koi8-r>",
        "<meta charset=hex><meta charset=koi8-r>",
    ],
)
def test_a_declaration_is_found_as_browsers_find_it(declaration: str) -> None:
    # Too short for a guess.
    html = f"<html><head>{declaration}<title>x</title><p>мир".encode("koi8-r")

    assert read_page(html) == "мир"


def test_what_the_sender_says_comes_before_what_the_page_says() -> None:
    html = "<html><meta charset=windows-1251><p>мир".encode("koi8-r")

    assert read_page(html, charset="KOI8-R") == "мир"
    assert read("мир".encode("koi8-r"), charset="koi8-r") == "мир"


def test_a_mark_comes_before_everything() -> None:
    html = codecs.BOM_UTF8 + "<html><meta charset=koi8-r><p>мир".encode()

    assert read_page(html, charset="windows-1251") == "мир"


def test_a_declaration_that_cannot_be_true_is_passed_over() -> None:
    as_utf_8 = f"<html><meta charset=utf-8><p>{FRENCH}".encode("cp1252")
    as_western = f"<html><meta charset=iso-8859-1><p>{FRENCH}".encode()
    as_japanese = f"<html><meta charset=shift_jis><p>{RUSSIAN}".encode()
    as_wide = f"<html><meta charset=utf-16><p>{FRENCH}".encode()

    assert read_page(as_utf_8) == FRENCH
    assert read_page(as_western) == FRENCH
    assert read_page(as_japanese) == RUSSIAN
    assert read_page(as_wide) == FRENCH


def test_an_xml_declaration_names_the_encoding() -> None:
    declaration = '<?xml version="1.0" encoding="koi8-r"?>'
    html = f"{declaration}<!DOCTYPE html><html><meta charset=cp1251><p>мир"

    as_xhtml = read_page(html.encode("koi8-r"), media_type="application/xhtml+xml")
    as_text = read(f"{declaration}<a>мир</a>".encode("koi8-r"))

    assert as_xhtml == "мир"
    assert as_text == f"{declaration}<a>мир</a>"


@pytest.mark.parametrize("written", [b"a", b"\xe9", b"\x80", b"\xff", b"\n", b"\x1a"])
def test_one_byte_is_a_text(written: bytes) -> None:
    assert read(written) == written.decode("cp1252").strip("\n\x1a")


def test_bytes_that_no_text_has_are_left_out() -> None:
    assert read("Größe\0\0 12\0".encode()) == "Größe 12"
    assert read("Größe\0\0 12\x01".encode("cp1252")) == "Größe 12"
    assert read_page(b"<html><p>one\0two<p>three") == "onetwo\n\nthree"


@pytest.mark.parametrize(
    "content",
    [
        b"\0",
        bytes(range(256)),
        b"\1\2\3\4" * 9,
        bytes(100) + b"text",
        NUMBERS,
        ANIMATION,
    ],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="not a PDF, DOCX, HTML or text file"):
        document_text(text(content))


def test_a_page_is_known_in_any_encoding() -> None:
    html = f"<!-- saved from url=x -->\n<!DOCTYPE html><p>{GERMAN}"

    for encoding in ("utf-16", "utf-16-be", "utf-32-le", "cp1252"):
        unnamed = File(html.encode(encoding), name="index")
        assert document_text(unnamed).text == GERMAN


def test_a_page_may_name_its_encoding_late() -> None:
    script = f"<script>{'x = 1;' * 1000}</script>"

    read = document_text(
        page(f"{script}<meta charset=iso-8859-2><p>Łódź", "iso-8859-2")
    )

    assert read.text == "Łódź"
