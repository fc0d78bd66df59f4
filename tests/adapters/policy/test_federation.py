"""Whom a policy server connects to: strangers name servers, and only those within reach are asked."""

import asyncio

import pytest

from ecluse.adapters.policy import PolicySettings
from ecluse.adapters.policy.federation import OF_KEYS, Federation, FederationError
from ecluse.adapters.policy.keys import load_keys
from ecluse.errors import InputError


@pytest.mark.parametrize(
    ("host", "reach", "connects"),
    [
        ("localhost", "public", False),
        ("127.0.0.1", "public", False),
        ("[::ffff:127.0.0.1]", "public", False),
        ("localhost", "loopback", True),
        ("127.0.0.1", "loopback", True),
        ("127.0.0.1", "anywhere", True),
    ],
)
async def test_a_server_out_of_reach_is_not_connected_to(tmp_path, host, reach, connects):
    came = asyncio.Event()

    async def take(_, writer):
        came.set()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = PolicySettings(name="policy.example.org", data=tmp_path, gate="gate.sock", reach=reach)
    federation = Federation(settings, load_keys(tmp_path))
    try:
        header = f'X-Matrix origin="{host}:{port}",key="ed25519:a",sig="AAAA"'
        assert not await federation.has_key_of(header)
        assert came.is_set() == connects
    finally:
        await federation.close()
        server.close()


def test_a_reach_that_is_none(tmp_path):
    with pytest.raises(InputError, match="one of public, loopback, anywhere"):
        PolicySettings(name="policy.example.org", data=tmp_path, gate="gate.sock", reach="far")


async def test_an_answer_about_keys_is_read_as_far_as_keys_may_take(tmp_path):
    """Strangers name the servers that are asked, so no answer may fill the memory."""

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        size = OF_KEYS.bytes_max + 1
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size + b" " * size)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/_matrix/key/v2/server"
    settings = PolicySettings(name="policy.example.org", data=tmp_path, gate="gate.sock", reach="loopback")
    federation = Federation(settings, load_keys(tmp_path))
    try:
        with pytest.raises(FederationError, match=f"more than {OF_KEYS.bytes_max} bytes"):
            await federation._ask("GET", url)
    finally:
        await federation.close()
        server.close()
