"""pywa, as it is on PyPI, against our server: only the host of its requests is changed, by a hook of its session."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server.embed import Server
from pywa import WhatsApp
from pywa import types as sorts
from pywa.errors import (
    ExpiredAccessToken,
    InvalidParameter,
    MediaUploadError,
    MessageUndeliverable,
    ReEngagementMessage,
    TemplateNotExists,
    TemplateParamCountMismatch,
    WhatsAppError,
    _all_exceptions,
)
from pywa.types import (
    Button,
    CallbackButton,
    CallbackSelection,
    Message,
    MessageStatus,
    Section,
    SectionList,
    SectionRow,
    URLButton,
)
from pywa.types.templates import BodyText, Template, TemplateCategory, TemplateLanguage

from ecluse.business.codes import CODES
from tests.service.business.world import PNG, Shop, User, open_shop, wait_for
from tests.service.running import Running, free_port

OPEN: list[httpx.Client] = []


@pytest.fixture(autouse=True)
def _sessions_are_closed() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


def session(gate: Running) -> httpx.Client:
    """What pywa is pointed at us by; a public argument of its own."""

    def here(request: httpx.Request) -> None:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=gate.port)

    OPEN.append(httpx.Client(event_hooks={"request": [here]}, timeout=30))
    return OPEN[-1]


def client(gate: Running, shop: Shop, **options: Any) -> WhatsApp:
    return WhatsApp(shop.phone, shop.token, session=session(gate), waba_id=shop.account, **options)


@contextmanager
def served(app: FastAPI, port: int) -> Iterator[None]:
    """An ASGI app on a real server, in a thread."""
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(server.serve(),), daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(server.stop)
        thread.join(30)
        loop.close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_bot_registers_hears_answers_and_learns_what_became_of_it(gate: Running, shop: Shop, zoe: User) -> None:
    """pywa registers its address itself, in a thread, by its app's token."""
    port, app = free_port(), FastAPI()
    heard: list[Message] = []
    chosen: list[Any] = []
    statuses: list[MessageStatus] = []
    with served(app, port):
        wa = client(
            gate,
            shop,
            server=app,
            verify_token="word",
            app_id=shop.app,
            app_secret=shop.secret,
            callback_url=f"http://127.0.0.1:{port}",
            webhook_challenge_delay=0,
        )

        @wa.on_message
        def answer(_: WhatsApp, message: Message) -> None:
            message.mark_as_read()
            message.indicate_typing()
            message.reply(f"You wrote {message.text}", quote=True)
            message.react("👍")
            message.reply("Which?", buttons=[Button("One", callback_data="1"), Button("Two", callback_data="2")])
            rows = [SectionRow(title="Latest", callback_data="latest", description="of today")]
            message.reply("More", buttons=SectionList("Open", [Section("News", rows)]))
            heard.append(message)

        wa.on_callback_button(lambda _, button: chosen.append(button))
        wa.on_callback_selection(lambda _, selection: chosen.append(selection))
        wa.on_message_status(lambda _, status: statuses.append(status))
        with httpx.Client() as http:
            numbers = f"{gate.url}/v23.0/{shop.phone}"
            wait_for(
                lambda: (
                    "application"
                    in http.get(numbers, params={"access_token": shop.token}).json()["webhook_configuration"]
                )
            )
        first = zoe.write(shop.number, "NEWS")
        got = wait_for(lambda: zoe.inbox() if len(zoe.inbox()) == 4 else None)
        assert [message["type"] for message in got] == ["text", "reaction", "interactive", "interactive"]
        assert (got[0]["content"]["body"], got[0]["context_id"]) == ("You wrote NEWS", first["id"])
        assert got[1]["content"] == {"message_id": first["id"], "emoji": "👍"}
        assert zoe.sees(shop.number) == {"read": first["id"], "typing": True}
        wait_for(lambda: heard)
        assert (heard[0].id, heard[0].from_user.name, heard[0].from_user.wa_id) == (first["id"], "Zoe", zoe.account)
        buttons = [button["reply"] for button in got[2]["content"]["action"]["buttons"]]
        tap = {"type": "button_reply", "button_reply": buttons[1]}
        zoe.write(shop.number, type="interactive", content=tap, context_id=got[2]["id"])
        row = got[3]["content"]["action"]["sections"][0]["rows"][0]
        zoe.write(
            shop.number, type="interactive", content={"type": "list_reply", "list_reply": row}, context_id=got[3]["id"]
        )
        wait_for(lambda: len(chosen) == 2)
        assert isinstance(chosen[0], CallbackButton)
        assert isinstance(chosen[1], CallbackSelection)
        assert (chosen[0].data, chosen[1].data) == ("2", "latest")
        assert zoe.reads(got[0]["id"])
        mine = wait_for(lambda: found if len(found := [s for s in statuses if s.id == got[0]["id"]]) == 3 else None)
        assert [status.status.value for status in mine] == ["sent", "delivered", "read"]


def test_a_push_is_refused_with_its_own_exception(gate: Running, shop: Shop, zoe: User) -> None:
    wa = client(gate, shop)
    with pytest.raises(ReEngagementMessage) as refused:
        wa.send_message(zoe.account, "News!")
    error = refused.value
    assert (error.code, error.status_code, error.message) == (131047, 400, "(#131047) Re-engagement message")
    assert error.details is not None
    assert "has not written to you" in error.details
    assert "A template does not help" in error.details
    assert error.user_title == "Waiting for the customer"
    assert error.raw["since"] in error.details
    assert error.raw["rule"] == "conversation-window"
    assert not error.is_transient
    with pytest.raises(ReEngagementMessage):
        wa.send_template(zoe.account, "hello", TemplateLanguage.ENGLISH, [])
    zoe.write(shop.number)
    wa.send_message(zoe.account, "Here they are")
    zoe.do("end", shop.number)
    with pytest.raises(ReEngagementMessage, match="Re-engagement"):
        wa.send_message(zoe.account, "More?")
    zoe.do("block", shop.number)
    with pytest.raises(MessageUndeliverable):
        wa.send_message(zoe.account, "More?")


def test_media_there_and_back(gate: Running, shop: Shop, zoe: User, tmp_path: Path) -> None:
    wa = client(gate, shop)
    zoe.write(shop.number)
    media = wa.upload_media(PNG, mime_type="image/png", filename="dot.png")
    found = wa.get_media_url(media.id)
    assert (found.mime_type, found.file_size) == ("image/png", len(PNG))
    assert wa.get_media_bytes(found.url) == PNG
    wa.send_image(zoe.account, media.id, caption="A dot")
    file = tmp_path / "dot.png"
    file.write_bytes(PNG)
    wa.send_document(zoe.account, file, filename="dot.png", caption="As a file")
    got = wait_for(lambda: zoe.inbox() if len(zoe.inbox()) == 2 else None)
    assert [(message["type"], message["content"]["mime_type"]) for message in got] == [
        ("image", "image/png"),
        ("document", "image/png"),
    ]
    with pytest.raises(MediaUploadError):
        wa.upload_media(b"MZ not a picture", mime_type="image/png", filename="x.png")
    with pytest.raises(MediaUploadError):
        wa.upload_media(b"MZ", mime_type="application/x-msdownload", filename="x.exe")
    assert wa.delete_media(media.id)
    with pytest.raises(WhatsAppError) as gone:
        wa.get_media_url(media.id)
    assert gone.value.code == 100


def test_every_type_of_message(gate: Running, shop: Shop, zoe: User) -> None:
    wa = client(gate, shop)
    zoe.write(shop.number)
    wa.send_location(zoe.account, 52.5, 13.4, name="Here", address="Street 1")
    wa.request_location(zoe.account, "Where are you?")
    contact = sorts.Contact(
        name=sorts.Contact.Name(formatted_name="Ada L", first_name="Ada"), phones=[sorts.Contact.Phone(phone="1")]
    )
    wa.send_contact(zoe.account, contact)
    wa.send_message(zoe.account, "Look", buttons=URLButton("Open", "https://example.org"), footer="x", header="y")
    got = wait_for(lambda: zoe.inbox() if len(zoe.inbox()) == 4 else None)
    assert [m["type"] for m in got] == ["location", "interactive", "contacts", "interactive"]
    assert got[0]["content"] == {"latitude": 52.5, "longitude": 13.4, "name": "Here", "address": "Street 1"}
    with pytest.raises(InvalidParameter):
        wa.send_message(zoe.account, "x" * 4_097)


def test_profile_numbers_account_templates_and_blocks(gate: Running, shop: Shop, zoe: User) -> None:
    wa = client(gate, shop)
    assert wa.update_business_profile(about="Flowers", websites=["https://example.org"])
    profile = wa.get_business_profile()
    assert (profile.about, profile.websites) == ("Flowers", ("https://example.org",))
    number = wa.get_business_phone_number()
    assert (number.id, number.display_phone_number, number.quality_rating) == (shop.phone, shop.number, "GREEN")
    assert [one.id for one in wa.get_business_phone_numbers()] == [shop.phone]
    assert wa.get_business_account().id == shop.account
    assert wa.get_templates().total_count == 0
    zoe.write(shop.number)
    with pytest.raises(TemplateNotExists):
        wa.send_template(zoe.account, "order", TemplateLanguage.ENGLISH, [])
    body = BodyText("Order {{1}} is on its way.", "12")
    order = Template(
        name="order", language=TemplateLanguage.ENGLISH, category=TemplateCategory.UTILITY, components=[body]
    )
    assert wa.create_template(order).status.value == "APPROVED"
    with pytest.raises(TemplateParamCountMismatch):
        wa.send_template(zoe.account, "order", TemplateLanguage.ENGLISH, [])
    wa.send_template(zoe.account, "order", TemplateLanguage.ENGLISH, [body.params("77")])
    (got,) = wait_for(zoe.inbox)
    assert got["content"]["body"] == "Order 77 is on its way."
    assert [found.name for found in wa.get_templates()] == ["order"]
    done = wa.block_users([zoe.account])
    assert [user.wa_id for user in done.added_users] == [zoe.account]
    assert [user.wa_id for user in wa.get_blocked_users()] == [zoe.account]
    assert [user.wa_id for user in wa.unblock_users([zoe.account]).removed_users] == [zoe.account]
    assert list(wa.get_blocked_users()) == []


def test_who_may_not_is_told_so(gate: Running, shop: Shop) -> None:
    other = open_shop(gate, "Other")
    with pytest.raises(ExpiredAccessToken):
        WhatsApp(shop.phone, "EAE" + "x" * 58, session=session(gate)).send_message("1", "x")
    with pytest.raises(WhatsAppError) as foreign:
        WhatsApp(shop.phone, other.token, session=session(gate)).send_message("1", "x")
    assert (foreign.value.code, foreign.value.subcode) == (100, 33)


def test_every_code_has_a_class_of_its_own_where_pywa_has_one() -> None:
    assert sorted(set(CODES) - set(_all_exceptions())) == [1, 2, 100, 133010]
