"""Says whether services reach an engine at PUBLIC_URL, and how long its certificate
holds."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import SplitResult, urlsplit

import httpx

from engine.adapters.upkeep.findings import Finding, Level
from engine.settings import Settings

ANSWER_SECONDS = 5.0
HTTPS_PORT = 443

SOON = timedelta(days=14)
"""As the alert CertificateEnds has it."""

RENEW = "renew it, and look why that did not happen by itself"


def public_address(settings: Settings) -> Iterator[Finding]:
    """Nothing where it is not set: then services are on this machine."""
    if not settings.public_url:
        return

    url = settings.public_url.rstrip("/")
    address = urlsplit(url)
    if address.scheme == "https":
        certificate = _certificate(address)
        yield certificate
        if certificate.level is Level.WRONG:
            return

    try:
        answer = httpx.get(f"{url}/healthz", timeout=ANSWER_SECONDS, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield _unreachable(url, str(error) or type(error).__name__)
        return
    if not answer.is_success:
        yield _unreachable(url, f"{url}/healthz answers {answer.status_code}")
        return
    yield Finding(Level.GOOD, f"an engine answers at PUBLIC_URL, {url}")


def _unreachable(url: str, why: str) -> Finding:
    # Weak: it may be another machine than that of the engine, or it is not started.
    return Finding(
        Level.WEAK,
        f"no engine answers from here at PUBLIC_URL, {url}: {why}",
        "services bring their results there: start the engine, or correct PUBLIC_URL "
        "and the proxy in front of it",
    )


def _certificate(address: SplitResult) -> Finding:
    """How long it holds; what a client that checks it would say."""
    host = address.hostname or ""
    place = (host, address.port or HTTPS_PORT)
    try:
        with (
            socket.create_connection(place, timeout=ANSWER_SECONDS) as plain,
            ssl.create_default_context().wrap_socket(
                plain, server_hostname=host
            ) as checked,
        ):
            told = checked.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return Finding(
            Level.WRONG,
            f"clients refuse the certificate of {host}: {error.verify_message}",
            RENEW
            if "expired" in error.verify_message
            else "give one for this name, of an authority that clients know "
            "(SSL_CERT_FILE names one of your own)",
        )
    except OSError as error:
        return _unreachable(address.geturl(), str(error))

    ends = datetime.fromtimestamp(
        ssl.cert_time_to_seconds(str(told["notAfter"])), tz=UTC
    )
    rest = ends - datetime.now(UTC)
    if rest < SOON:
        text = f"the certificate of {host} ends in {rest.days} days"
        return Finding(Level.WEAK, text, RENEW)
    return Finding(Level.GOOD, f"the certificate of {host} holds for {rest.days} days")
