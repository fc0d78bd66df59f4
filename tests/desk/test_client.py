"""The client against a real business API: files, and what becomes of a token that must not leave."""

import pytest

from ecluse.desk.client import CloudClient
from ecluse.desk.desk import Desk
from ecluse.desk.failures import ApiRefusedError, NotOpenError, TokenRefusedError, UnreachableApiError
from ecluse.desk.parts import Choice, buttons_part, list_part, media_part, text_part
from tests.desk.world import write_desk
from tests.service.business.world import PNG, client, receiving, wait_for
from tests.service.running import free_port


@pytest.fixture
def desk(gate, shop, tmp_path):
    """A desk with one business, that nobody serves."""
    path = write_desk(tmp_path / "desk", gate.url, {"flowers": shop}, f"sqlite:///{tmp_path}/desk.sqlite")
    with Desk.open(path) as opened:
        yield opened


async def test_a_file_that_a_person_sent_is_fetched(gate, shop, zoe, desk):
    with receiving(gate, shop) as receiver:
        uploaded = client(gate, "decide").post(
            "/v1/messenger/media", params={"to": shop.number}, content=PNG, headers={"content-type": "image/png"}
        )
        media_id = uploaded.json()["id"]
        zoe.write(shop.number, type="image", content={"id": media_id, "caption": "A dot"})
        (told,) = wait_for(lambda: receiver.of("messages"))
    fetched = await desk.media("flowers", told["image"]["id"])
    assert (fetched.type, fetched.body) == ("image/png", PNG)
    for other in ("123456789012345", "../../v1/accounts", ""):
        with pytest.raises(ApiRefusedError):
            await desk.media("flowers", other)


async def test_every_sort_of_part_arrives(gate, shop, zoe, desk):
    zoe.write(shop.number)
    api = desk.client("flowers")
    choices = [Choice("1", "One"), Choice("2", "Two")]
    parts = [
        text_part("Hello"),
        buttons_part("Which?", choices, "A footer"),
        list_part("Which?", choices, opener="Open"),
    ]
    for place, part in enumerate(parts):
        assert (await api.send(zoe.account, part, key=f"k{place}")).startswith("wamid.")
    got = wait_for(lambda: found if len(found := zoe.inbox()) == 3 else None)
    assert [message["type"] for message in got] == ["text", "interactive", "interactive"]
    assert await api.send(zoe.account, parts[0], key="k0") == got[0]["id"]  # the same key is the same message
    assert len(zoe.inbox()) == 3
    with pytest.raises(ApiRefusedError) as refused:
        await api.send(zoe.account, media_part("image", "http://127.0.0.1:9/none.png"), key="k9")
    assert refused.value.code in (131052, 131053)
    await api.close()


async def test_errors_are_told_by_what_to_do_about_them(gate, shop, zoe, desk):
    api = desk.client("flowers")
    with pytest.raises(NotOpenError) as refused:
        await api.send(zoe.account, text_part("News!"), key="k")
    assert (refused.value.code, refused.value.status) == (131047, 400)
    assert shop.token not in str(refused.value) + repr(api)
    await api.close()
    wrong = CloudClient(f"{gate.url}/v23.0", shop.phone, "EAAwrong", idempotent=True)
    with pytest.raises(TokenRefusedError):
        await wrong.send(zoe.account, text_part("x"), key="k")
    await wrong.close()
    nobody = CloudClient(f"http://127.0.0.1:{free_port()}/v23.0", shop.phone, shop.token, idempotent=True)
    with pytest.raises(UnreachableApiError):
        await nobody.send(zoe.account, text_part("x"), key="k")
    await nobody.close()
