"""What stands on a page of a PDF beside its content: form fields and remarks."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it comes without types
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]  # nor does this

from document.extract import CHECKED, Characters

# A form has hundreds of fields. To read so many takes a second.
MAX_ANNOTATIONS = 10_000

# Of a value or a remark, in bytes of UTF-16. A page of text has a few thousand.
MAX_VALUE_BYTES = 200_000

CONTENTS = b"Contents"

# A link has no text of its own, and a popup shows that of another annotation.
WITHOUT_CONTENTS = frozenset({pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP})

WRITTEN_FIELDS = frozenset(
    {
        pdfium.FPDF_FORMFIELD_TEXTFIELD,
        pdfium.FPDF_FORMFIELD_COMBOBOX,
        pdfium.FPDF_FORMFIELD_LISTBOX,
    }
)
CHECKED_FIELDS = frozenset(
    {pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON}
)

# Flags of annotations that nobody sees, and of fields whose value is a secret.
UNSEEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN
PASSWORD_FIELD = 1 << 13


def flatten(page: pypdfium2.PdfPage) -> None:
    """Make what the page's fields and annotations show a part of its content.

    It can be read once the page is opened again.
    """
    pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)


def count_annotations(page: pypdfium2.PdfPage) -> int:
    """How many there are, fields and links too."""
    return int(pdfium.FPDFPage_GetAnnotCount(page))


def written_texts(
    page: pypdfium2.PdfPage,
    form: pypdfium2.PdfFormEnv | None,
    characters: Characters,
) -> list[str]:
    """Remarks, and the values of fields, whether or not the page shows them.

    Each once: they may be many, long, and all alike. Programs that fill in a form often
    leave it to the reader's program to show it.
    """
    count = min(count_annotations(page), MAX_ANNOTATIONS)
    texts: dict[str, None] = {}
    for index in range(count):
        with _annotation(page, index) as annotation:
            is_seen = not pdfium.FPDFAnnot_GetFlags(annotation) & UNSEEN
            text = _text(annotation, form).strip() if is_seen else ""
        if text and text not in texts:
            characters.add(len(text))
            texts[text] = None
    return list(texts)


@contextmanager
def _annotation(page: pypdfium2.PdfPage, index: int) -> Iterator[Any]:
    annotation = pdfium.FPDFPage_GetAnnot(page, index)
    try:
        yield annotation
    finally:
        pdfium.FPDFPage_CloseAnnot(annotation)


def _text(annotation: Any, form: pypdfium2.PdfFormEnv | None) -> str:
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    if kind == pdfium.FPDF_ANNOT_WIDGET:
        return _value(annotation, form) if form else ""
    if kind in WITHOUT_CONTENTS:
        return ""

    return _string(
        lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(
            annotation, CONTENTS, buffer, size
        )
    )


def _value(annotation: Any, form: pypdfium2.PdfFormEnv) -> str:
    """What was typed or chosen; of a box that is checked, its name."""
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    flags = pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation)

    if kind in WRITTEN_FIELDS and not flags & PASSWORD_FIELD:
        return _field_string(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation)

    if kind in CHECKED_FIELDS and pdfium.FPDFAnnot_IsChecked(form, annotation):
        told = pdfium.FPDFAnnot_GetFormFieldAlternateName
        name = _field_string(told, form, annotation) or _field_string(
            pdfium.FPDFAnnot_GetFormFieldName, form, annotation
        )
        return f"{CHECKED} {name}"
    return ""


def _field_string(call: Any, form: pypdfium2.PdfFormEnv, annotation: Any) -> str:
    return _string(lambda buffer, size: call(form, annotation, buffer, size))


def _string(get: Callable[[Any, int], int]) -> str:
    """A text that PDFium writes into a buffer; it tells first how long that must be."""
    size = min(get(None, 0), MAX_VALUE_BYTES)
    buffer = ctypes.create_string_buffer(size)
    if get(ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size) > size:
        return ""
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0")
