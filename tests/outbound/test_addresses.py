import pytest

from ecluse.outbound import AddressRefusedError, Reach, check_url
from ecluse.outbound.addresses import may_reach

REFUSED = [
    "http://example.org/",
    "https://10.0.0.1/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://169.254.169.254/latest/meta-data",
    "https://0.0.0.0/",
    "https://localhost/",
    "https://metadata/",
    "https://example.org:22/",
    "https://user@example.org/",
    "https://",
    "ftp://example.org/",
    "https://example.org/\r\nx: y",
    "https://example.org/" + "x" * 2_000,
    "https://[::1",
    "https://example.org:99999/",
]


@pytest.mark.parametrize("url", REFUSED)
def test_what_may_not_be_spoken_to(url: str) -> None:
    with pytest.raises(AddressRefusedError):
        check_url(url, Reach.PUBLIC)


def test_what_may() -> None:
    assert check_url("https://example.org/a?b=c", Reach.PUBLIC) == ("https", "example.org", 443, "/a?b=c")
    assert check_url("https://example.org:8443", Reach.PUBLIC) == ("https", "example.org", 8443, "/")


def test_loopback_only_where_a_setting_says_so() -> None:
    for url in ("http://127.0.0.1:9999/x", "http://localhost:80/", "http://[::1]:5/"):
        assert check_url(url, Reach.LOOPBACK).scheme == "http"
    with pytest.raises(AddressRefusedError):
        check_url("http://10.0.0.1/", Reach.LOOPBACK)
    assert may_reach("127.0.0.1", Reach.LOOPBACK)
    assert not may_reach("127.0.0.1", Reach.PUBLIC)
    assert not may_reach("192.168.1.1", Reach.LOOPBACK)


def test_anywhere_in_a_network_of_ones_own() -> None:
    for url in ("http://10.0.0.1:8008/", "https://matrix/", "https://[fd00::1]:8448/"):
        assert check_url(url, Reach.ANYWHERE)
    assert may_reach("10.0.0.1", Reach.ANYWHERE)
    for url in ("ftp://10.0.0.1/", "https://user@10.0.0.1/"):
        with pytest.raises(AddressRefusedError):
            check_url(url, Reach.ANYWHERE)


def test_any_port_of_a_public_address_if_none_is_named() -> None:
    assert check_url("https://example.org:8448/", Reach.PUBLIC, None).port == 8448
    for url in ("https://10.0.0.1:8448/", "https://matrix:8448/", "http://example.org:8448/"):
        with pytest.raises(AddressRefusedError):
            check_url(url, Reach.PUBLIC, None)
