"""No outgoing call reaches what the operator's rules do not allow."""

import asyncio
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import RawTestServer
from engine.adapters.http.limits import Limits
from engine.adapters.http.outside import HttpOutside
from engine.adapters.http.rules import AddressRules, GuardedResolver
from engine.domain.errors import AddressRefused
from engine.ports import Answered, Delivery, Refused, Request
from engine.settings import LOCAL_ADDRESSES

SOON = timedelta(seconds=20)
SERVICES = AddressRules(LOCAL_ADDRESSES)
NODES = AddressRules(public=True)
INNER = """
    http://127.0.0.1/ http://127.255.255.254:8080/x http://[::1]/ http://[::]/
    http://0.0.0.0/ http://0.1.2.3/ http://10.0.0.1/ http://172.16.0.1/
    http://172.31.255.255/ http://192.168.1.1/ http://169.254.169.254/latest/meta-data
    http://169.254.170.2/ http://169.254.1.1/ http://100.64.0.1/ http://100.100.100.200/
    http://168.63.129.16/ http://192.0.0.192/ http://192.0.2.1/ http://198.18.0.1/
    http://198.51.100.7/ http://203.0.113.7/ http://224.0.0.1/ http://239.255.255.250/
    http://240.0.0.1/ http://255.255.255.255/ http://192.88.99.1/
    http://[fc00::1]/ http://[fd00:ec2::254]/ http://[fe80::1]/ http://[fe80::1%25eth0]/
    http://[fec0::1]/ http://[ff02::1]/ http://[::ffff:127.0.0.1]/
    http://[::ffff:169.254.169.254]/ http://[::ffff:a00:1]/ http://[::127.0.0.1]/
    http://[64:ff9b::7f00:1]/ http://[64:ff9b::169.254.169.254]/
    http://[64:ff9b:1::a00:1]/ http://[2002:7f00:1::]/ http://[2002:a9fe:a9fe::]/
    http://[2001:0:7f00:1::]/ http://[2001:db8::1]/ http://[100::1]/ http://[4000::1]/
""".split()
NONSENSE = [
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://127.0.0.1.1/",
    "http://127.0.0.256/",
    "http://①②⑦.⓪.⓪.①/x",
    "http://١٢٧.0.0.1/",
    "http://%31%32%37.0.0.1/",
    "http://127.0.0.1%00.example.com/",
    "http://example.com%2f@127.0.0.1/",
    "http://127.0.0.1\\@example.com/",
    "http://exa\tmple.com/",
    "http://example.com/a b",
    "http://example.com/\r\nX: y",
    "http://example.com/\ud800",
    "http://example.com\x00/",
    "http://user@example.com/",
    "http://user:secret@example.com/",
    "http://:@example.com/",
    "http://[::1",
    "http://[fe80::1%eth0/",
    "http://",
    "http:///x",
    "http:example.com",
    "//example.com/",
    "example.com/x",
    "",
    "http://a..b/",
    "http://.../",
    "http://*/",
    "http://" + "a" * 300 + "/",
    "http://example.com:99999/",
    "http://example.com:x/",
    "https+unix://x/",
    "file:///etc/passwd",
    "ftp://example.com/",
    "gopher://example.com/",
    "ws://example.com/",
    "javascript:alert(1)",
    "data:text/plain,x",
]


def refused(rules: AddressRules, url: str) -> str:
    with pytest.raises(AddressRefused) as refusal:
        rules.check(url)
    return str(refusal.value)


@pytest.mark.parametrize("url", [*INNER, *NONSENSE])
def test_http_nodes_may_not_reach(url: str) -> None:
    assert refused(NODES, url.replace("①②⑦.⓪.⓪.①", "127.0.0.1"))
    assert refused(NODES, url)


@pytest.mark.parametrize("url", NONSENSE)
def test_not_even_everything_allows_nonsense(url: str) -> None:
    if "①" not in url:  # browsers read it as 127.0.0.1, and so do we
        assert "secret" not in refused(AddressRules(["*", "0.0.0.0/0", "::/0"]), url)


@pytest.mark.parametrize(
    "url",
    """
    http://example.com https://example.com:8443/a?b=c#d http://8.8.8.8/
    http://[2606:4700::1111]/ http://[64:ff9b::808:808]/ http://[::ffff:8.8.8.8]:99/
    http://172.32.0.1/ http://100.128.0.1/ http://münchen.example/ http://a_b.example/
    http://example.com./ http://localhost/ HTTP://EXAMPLE.COM/
    """.split(),
)
def test_http_nodes_may_reach(url: str) -> None:
    NODES.check(url)


@pytest.mark.parametrize(
    "url",
    """
    http://127.0.0.1:9001/blur http://[::1]:9001/ http://10.1.2.3/ http://172.20.0.5/
    http://192.168.0.9/ http://[fd12:3456::1]/ http://blur:8000/ http://blur.svc.local/
    http://[::ffff:10.0.0.1]/
    """.split(),
)
def test_services_are_expected_at(url: str) -> None:
    SERVICES.check(url)


@pytest.mark.parametrize(
    "url",
    """
    http://8.8.8.8/ http://169.254.169.254/ http://[fd00:ec2::254]/ http://0.0.0.0/
    http://100.64.0.1/ http://[64:ff9b::7f00:1]/ http://[2606:4700::1111]/
    http://[::ffff:8.8.8.8]/ http://224.0.0.1/ http://[fe80::1]/
    """.split(),
)
def test_services_are_not_expected_at(url: str) -> None:
    assert refused(SERVICES, url)


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("127.0.0.0/8", "http://127.0.0.1/"),
        ("127.0.0.1", "http://127.0.0.1/"),
        ("10.0.0.7/8", "http://10.9.9.9/"),
        ("fe80::/10", "http://[fe80::1]/"),
        ("169.254.169.254", "http://169.254.169.254/"),
        ("fd00:ec2::254/128", "http://[fd00:ec2::254]/"),
        ("2002::/16", "http://[2002:7f00:1::]/"),
        ("*", "http://192.168.0.1/"),
        ("*", "http://[::1]/"),
    ],
)
def test_an_entry_opens_what_it_names(entry: str, url: str) -> None:
    AddressRules([entry]).check(url)


@pytest.mark.parametrize("entry", ["*", "169.254.0.0/16", "0.0.0.0/0", "a.b"])
def test_only_the_address_itself_opens_a_metadata_service(entry: str) -> None:
    assert refused(AddressRules([entry]), "http://169.254.169.254/")


@pytest.mark.parametrize(
    "host",
    """
    fd00:ec2::254%251 fd00:ec2::254%25eth0 ::ffff:169.254.169.254 ::169.254.169.254
    64:ff9b::a9fe:a9fe 64:ff9b:1::a9fe:a9fe 2002:a9fe:a9fe::1 2001:0:a9fe:a9fe::
    2001:0:1:1:0:0:5601:5601 2606:4700::5efe:a9fe:a9fe fe80::200:5efe:a9fe:a9fe
    fe80::a9fe:a9fe%25eth0
    """.split(),
)
def test_no_way_to_write_its_address_opens_a_metadata_service(host: str) -> None:
    everything = AddressRules(["*", "0.0.0.0/0", "::/0"], public=True)

    assert "metadata service" in refused(everything, f"http://[{host}]/")


@pytest.mark.parametrize(
    "entry", ["169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b::a9fe:a9fe%eth0"]
)
def test_a_metadata_service_behind_a_gateway_can_be_named(entry: str) -> None:
    rules = AddressRules([entry, "::/0"])

    rules.check("http://[64:ff9b::a9fe:a9fe]/")


def test_a_zone_changes_nothing_for_other_addresses() -> None:
    AddressRules(["fe80::1"]).check("http://[fe80::1%25eth0]/")
    AddressRules(["fe80::1%eth0"]).check("http://[fe80::1]/")
    assert refused(AddressRules(["fe80::2"]), "http://[fe80::1%25eth0]/")


@pytest.mark.parametrize("entry", ["", " ", "a b", "http://x", "10.0.0.0/99", "x/8"])
def test_an_entry_nobody_can_mean_is_a_mistake(entry: str) -> None:
    with pytest.raises(ValueError, match="is not a network"):
        AddressRules([entry])


Answers = Callable[[str], list[str]]


class Names(AbstractResolver):
    """A DNS that a test makes up; remembers what it was asked."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.asked = list[str]()

    async def resolve(
        self, host: str, port: int = 0, family: Any = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in self._answers(host)
        ]

    async def close(self) -> None:
        """There is nothing to close."""


@pytest.fixture
async def port() -> Any:
    async def handle(request: web.BaseRequest) -> web.Response:
        return web.json_response({"host": request.headers["Host"]})

    async with RawTestServer(handle) as server:
        yield server.port


@pytest.fixture(params=[True, False], ids=["lean", "aiohttp"])
def lean(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def asked(host: str, port: int) -> Request:
    return Request("t1", "POST", f"http://{host}:{port}/", {}, {}, {}, SOON)


async def test_a_name_is_looked_up_once_and_connected_to_where_it_led(
    port: int, lean: bool
) -> None:
    names = Names(lambda host: ["127.0.0.1"] if len(names.asked) == 1 else ["10.0.0.1"])
    async with HttpOutside(
        blobs=None, nodes=["127.0.0.1"], resolver=names, lean=lean
    ) as outside:
        result = await outside.request(asked("rebind.example", port))

    assert result == Answered({"host": f"rebind.example:{port}"})
    assert names.asked == ["rebind.example"]


async def test_a_name_that_turns_inward_is_refused() -> None:
    names = Names(lambda host: ["8.8.8.8"] if not names.asked[1:] else ["127.0.0.1"])
    guarded = GuardedResolver(NODES, names)

    (first,) = await guarded.resolve("rebind.example")
    with pytest.raises(AddressRefused, match="127.0.0.1 is a loopback address"):
        await guarded.resolve("rebind.example")

    assert first["host"] == "8.8.8.8"


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 10.0.0.1 169.254.169.254 ::1 ::ffff:127.0.0.1 fe80::1%1 fd00::1".split(),
)
async def test_no_name_hides_a_forbidden_address(address: str, lean: bool) -> None:
    names = Names(lambda _: [address])
    async with HttpOutside(blobs=None, resolver=names, lean=lean) as outside:
        result = await outside.request(asked("innocent.example", 80))

    assert isinstance(result, Refused) and result.final
    assert result.reason.startswith("the engine may not call innocent.example: ")


async def test_of_several_addresses_only_allowed_ones_are_tried(
    port: int, lean: bool
) -> None:
    names = Names(lambda _: ["127.0.0.2", "10.0.0.1", "127.0.0.1"])
    async with HttpOutside(
        blobs=None, nodes=["127.0.0.1"], resolver=names, lean=lean
    ) as outside:
        result = await outside.request(asked("several.example", port))

    assert isinstance(result, Answered)


@pytest.mark.parametrize(
    ("entry", "host", "allowed"),
    [
        ("gpu.example", "gpu.example", True),
        ("GPU.example.", "gpu.EXAMPLE", True),
        ("gpu.example", "gpu.example.", True),
        ("gpu.example", "evilgpu.example", False),
        ("gpu.example", "a.gpu.example", False),
        ("*.example", "a.b.example", True),
        ("*.example", "example", False),
        ("*.example", "badexample", False),
        ("*.example", "x.example.evil", False),
        ("*", "anything", True),
    ],
)
async def test_an_entry_may_be_a_name(
    port: int, entry: str, host: str, allowed: bool, lean: bool
) -> None:
    names = Names(lambda _: ["127.0.0.1"])
    delivery = Delivery(f"http://{host}:{port}/", {}, {}, {}, SOON)
    async with HttpOutside(
        blobs=None, services=[entry], resolver=names, lean=lean
    ) as outside:
        result = await outside.deliver(delivery)

    assert isinstance(result, Refused) == (not allowed)


async def test_a_name_without_an_address_is_unknown(lean: bool) -> None:
    names = Names(lambda _: [])
    async with HttpOutside(blobs=None, resolver=names, lean=lean) as outside:
        result = await outside.request(asked("nowhere.example", 80))

    assert result == Refused("host name not found: http://nowhere.example:80")


async def test_a_name_is_asked_for_once_by_many_calls(port: int, lean: bool) -> None:
    names = Names(lambda _: ["127.0.0.1"])
    async with HttpOutside(
        blobs=None, nodes=["127.0.0.1"], resolver=names, lean=lean
    ) as outside:
        calls = (outside.request(asked("many.example", port)) for _ in range(50))
        results = await asyncio.gather(*calls)

    assert set(map(type, results)) == {Answered}
    assert names.asked == ["many.example"]


async def test_after_a_while_a_name_is_asked_for_again(port: int) -> None:
    names = Names(lambda _: ["127.0.0.1"] if names.asked[1:] else ["127.0.0.2"])
    limits = Limits(names=timedelta())
    async with HttpOutside(
        blobs=None, nodes=["127.0.0.0/8"], limits=limits, resolver=names
    ) as outside:
        results = [await outside.request(asked("moves.example", port))]
        results += [await outside.request(asked("moves.example", port))]

    assert [type(result) for result in results] == [Refused, Answered]


async def test_the_next_address_is_tried_where_one_does_not_answer(
    port: int, lean: bool
) -> None:
    names = Names(lambda _: ["127.0.0.2", "127.0.0.1"])
    async with HttpOutside(
        blobs=None, nodes=["127.0.0.0/8"], resolver=names, lean=lean
    ) as outside:
        result = await outside.request(asked("two.example", port))

    assert isinstance(result, Answered)


async def test_what_a_name_opens_stays_closed_without_it(port: int, lean: bool) -> None:
    names = Names(lambda _: ["127.0.0.1"])
    hosts = ["gpu.example", "evil.example", "127.0.0.1", "gpu.example"]
    async with HttpOutside(
        blobs=None, services=["gpu.example"], resolver=names, lean=lean
    ) as outside:
        results = [
            await outside.deliver(Delivery(f"http://{host}:{port}/", {}, {}, {}, SOON))
            for host in hosts
        ]

    assert [isinstance(one, Refused) for one in results] == [False, True, True, False]
