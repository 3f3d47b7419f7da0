"""URLs are parsed and checked once, but not at the price of memory."""

import pytest
from engine.adapters.http.places import MAX_REMEMBERED_CHARACTERS, Places
from engine.adapters.http.rules import AddressRules
from engine.domain.errors import AddressRefused
from yarl import URL

START = "http://blur.svc/"


class Seen(list[URL]):
    """The URLs for which a host was looked for."""

    def host(self, url: URL) -> None:
        self.append(url)


@pytest.mark.parametrize(
    ("characters", "looks"),
    [(MAX_REMEMBERED_CHARACTERS, 1), (MAX_REMEMBERED_CHARACTERS + 1, 3)],
)
def test_only_urls_of_usual_length_are_remembered(characters: int, looks: int) -> None:
    seen = Seen()
    places = Places(AddressRules(["*"]), seen.host)
    address = START.ljust(characters, "a")

    found = [places.find(address) for _ in range(3)]

    target = address.removeprefix("http://blur.svc")
    assert found == [(address, URL(address), target, None)] * 3
    assert len(seen) == looks


def test_a_forbidden_address_is_refused_each_time() -> None:
    places = Places(AddressRules(), Seen().host)

    for _ in range(2):
        with pytest.raises(AddressRefused):
            places.find("http://127.0.0.1/")
