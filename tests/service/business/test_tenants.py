"""What is one business's is not there for another: every route of the table is walked with a foreign token."""

import json
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from ecluse.partners import Sort
from ecluse.records.tables import Table as Tables
from ecluse.service.business.table import ROUTES, Route
from tests.service.business.world import PNG, Shop, User, office, open_shop, text, wait_for
from tests.service.running import Running

WITH_IDS = [route for route in ROUTES if "{" in route.path]
BODIES: dict[str, Any] = {
    "POST {number}/messages": text("336000"),
    "POST {number}/block_users": {"messaging_product": "whatsapp", "block_users": [{"user": "336000"}]},
    "DELETE {number}/block_users": {"messaging_product": "whatsapp", "block_users": [{"user": "336000"}]},
    "POST {number}/whatsapp_business_profile": {"messaging_product": "whatsapp", "about": "Stolen"},
    "POST {account}/message_templates": {
        "name": "stolen",
        "language": "en",
        "components": [{"type": "BODY", "text": "x"}],
    },
    "POST {node}": {"webhook_configuration": {"override_callback_uri": ""}},
}


def ids_of(shop: Shop, media: str) -> dict[str, list[str]]:
    """What may stand for each name in a path."""
    return {
        "number": [shop.phone],
        "account": [shop.account],
        "app": [shop.app],
        "media": [media],
        "node": [shop.phone, shop.account, media],
    }


def call(gate: Running, route: Route, node: str, token: str) -> httpx.Response:
    """Ask a route about an id."""
    name = f"{route.method} {route.path}"
    url = f"{gate.url}/v23.0/{route.path}".replace("{" + route.path.split("{")[1].split("}")[0] + "}", node)
    headers = {"authorization": f"Bearer {token}"}
    if name == "POST {number}/media":
        files = {"file": ("x.png", PNG, "image/png"), "messaging_product": (None, "whatsapp")}
        return httpx.post(url, headers=headers, files=files)
    params = {"name": "order", "object": "whatsapp_business_account", "callback_url": "http://127.0.0.1:9/"}
    return httpx.request(route.method, url, headers=headers, params=params, json=BODIES.get(name))


def everything(gate: Running) -> dict[str, list[Any]]:
    """All rows of all tables, but for what only says that somebody asked, or that a webhook was tried again."""
    here = office(gate)
    with here.records.reading() as session:
        rows = {
            name: sorted(map(repr, session.execute(table.select()).all()))
            for name, table in Tables.metadata.tables.items()
            if name not in ("partner_days", "business_webhooks")
        }
        webhooks = Tables.metadata.tables["business_webhooks"].c
        sent = session.execute(select(webhooks.id, webhooks.number_id, webhooks.body)).all()
        rows["business_webhooks"] = sorted(map(repr, sent))
    here.records.close()
    return rows


@pytest.fixture(scope="module")
def two(gate: Running) -> tuple[Shop, Shop, str]:
    """A business with everything that one may have, another, and a file of the first."""
    mine, other = open_shop(gate, "Mine"), open_shop(gate, "Other")
    user = User(gate, "338000001")
    user.write(mine.number)
    with mine.api(gate) as api:
        assert api.post(f"{mine.phone}/messages", json=text(user.account)).status_code == 200
        files = {"file": ("x.png", PNG, "image/png"), "messaging_product": (None, "whatsapp")}
        media = api.post(f"{mine.phone}/media", files=files).json()["id"]
        made = {**BODIES["POST {account}/message_templates"], "name": "order"}
        assert api.post(f"{mine.account}/message_templates", json=made).status_code == 200
    wait_for(user.inbox)
    wait_for(lambda: everything(gate)["business_deliveries"] == [])
    return mine, other, media


@pytest.mark.parametrize("route", WITH_IDS, ids=lambda route: f"{route.method} {route.path}")
def test_a_foreign_token_finds_nothing_and_changes_nothing(
    gate: Running, two: tuple[Shop, Shop, str], route: Route
) -> None:
    """Nor does it learn whether there is anything: the answer is that on an id that nobody has."""
    mine, other, media = two
    name = route.path.split("{")[1].split("}")[0]
    before = everything(gate)
    for node in ids_of(mine, media)[name]:
        foreign, nobody = call(gate, route, node, other.token), call(gate, route, "9" * 15, other.token)
        for answer in (foreign, nobody):
            error = answer.json()["error"]
            assert (answer.status_code, error["code"], error["error_subcode"]) == (400, 100, 33), answer.text
            assert error["type"] == "GraphMethodException"
        assert _plain(foreign, node) == _plain(nobody, "9" * 15)
    assert everything(gate) == before


def _plain(answer: httpx.Response, node: str) -> dict[str, Any]:
    error: dict[str, Any] = json.loads(answer.text.replace(node, "ID"))["error"]
    return error | {"fbtrace_id": ""}


@pytest.mark.parametrize("route", WITH_IDS, ids=lambda route: f"{route.method} {route.path}")
def test_the_own_token_finds_it(gate: Running, two: tuple[Shop, Shop, str], route: Route) -> None:
    """So that the walk above could fail: none of these is refused as unknown."""
    mine, _, media = two
    if (route.method, route.path) in {("DELETE", "{node}"), ("GET", "media/{media}")}:
        return
    name = route.path.split("{")[1].split("}")[0]
    answer = call(gate, route, ids_of(mine, media)[name][0], mine.token)
    assert answer.json().get("error", {}).get("error_subcode") != 33, answer.text


@pytest.mark.parametrize("route", [r for r in ROUTES if r.token], ids=lambda route: f"{route.method} {route.path}")
def test_every_route_asks_for_a_token(gate: Running, two: tuple[Shop, Shop, str], route: Route) -> None:
    path = route.path.replace("{number}", two[0].phone).replace("{account}", two[0].account)
    path = path.replace("{app}", two[0].app).replace("{node}", two[0].phone)
    for token, code in ((None, 0), ("nonsense", 190), ("EAE" + "x" * 58, 190), (f"{two[0].app}|{'0' * 32}", 190)):
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        answer = httpx.request(route.method, f"{gate.url}/v23.0/{path}", headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, code)


def test_an_app_token_may_only_register_webhooks(gate: Running, two: tuple[Shop, Shop, str]) -> None:
    mine, other, _ = two
    token = f"{mine.app}|{mine.secret}"
    for path in (mine.phone, mine.account, f"{mine.phone}/conversations", f"{mine.account}/phone_numbers"):
        answer = httpx.get(f"{gate.url}/{path}", params={"access_token": token})
        assert answer.json()["error"]["error_subcode"] == 33
    with httpx.Client(params={"access_token": token}) as http:
        valid = http.get(f"{gate.url}/debug_token", params={"input_token": mine.token}).json()["data"]
        foreign = http.get(f"{gate.url}/debug_token", params={"input_token": other.token}).json()["data"]
    assert (valid["is_valid"], valid["app_id"], foreign["is_valid"]) == (True, mine.app, False)


def test_a_provider_acts_for_its_clients_and_for_nobody_else(gate: Running, two: tuple[Shop, Shop, str]) -> None:
    provider = open_shop(gate, "Provider", Sort.PROVIDER, numbers=0)
    client = open_shop(gate, "Client", provider=provider.partner)
    user = User(gate, "338000002")
    user.write(client.number)
    with provider.api(gate) as api:
        assert api.get(client.phone).json()["display_phone_number"] == client.number
        assert api.post(f"{client.phone}/messages", json=text(user.account)).status_code == 200
        assert api.get(two[0].phone).json()["error"]["error_subcode"] == 33
    with client.api(gate) as api:
        assert api.get(provider.app).json()["error"]["error_subcode"] == 33
