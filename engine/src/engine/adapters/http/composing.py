"""The bytes of a request of the lean way."""

from collections.abc import Mapping

from yarl import URL

from engine.adapters.http.fields import UNCOMPRESSED

USUAL = [(name, f"{name}: {text}\r\n") for name, text in UNCOMPRESSED.items()]


def composed(
    *,
    verb: str,
    url: URL,
    target: str,
    headers: Mapping[str, str],
    body: bytes | None,
    last: bool = False,
) -> bytes:
    """A whole request; verb, headers and target have been checked.

    `last`: its connection is not used again, and the other side is told so.
    """
    lines = [f"{name}: {text}\r\n" for name, text in headers.items()]
    lines += [line for name, line in USUAL if name not in headers]
    if last:
        lines.append("Connection: close\r\n")

    # A GET has no body, so it says no length (RFC 9110, section 8.6).
    if body is not None or verb != "GET":
        lines.append(f"Content-Length: {len(body or b'')}\r\n")

    head = (
        f"{verb} {target} HTTP/1.1\r\n"
        f"Host: {url.host_port_subcomponent}\r\n"
        f"{''.join(lines)}\r\n"
    )
    return head.encode() + (body or b"")
