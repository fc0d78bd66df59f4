"""The inbox in a real browser: live, for two agents at once, and for nobody else."""

import re
import time
from datetime import UTC, datetime
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from fastapi import Request
from playwright.sync_api import expect
from sqlalchemy import update

from ecluse.desk.looking import Filter
from ecluse.desk.pages.zones import ZONE_COOKIE, zone_of
from ecluse.desk.receiving import store_heard
from ecluse.desk.tables import Conversation, Message
from ecluse.desk.views import Fate, Handling, Status
from tests.desk.making import heard
from tests.service.business.world import wait_for

_PEOPLE = count(336_100_001)
NASTY = "<img src=x onerror=alert(1)><script>alert(2)</script>`${alert(3)}` {{ 4 }} </div>"


def now_s():
    return int(time.time())


def writes(desk, text, wa_id, business="flowers", name="Zoe", handled=True, **given):
    """A person writes, to people: the desk's bot does not see it. Returns the number of the conversation."""
    message = heard(text, wa_id, name=name, at_s=now_s(), **given)
    with desk.store.writing(business) as session:
        stored = store_heard(session, business, message, message.at_s)
        stored.handled = handled
        session.get_one(Conversation, stored.conversation_id).handling = Handling.PEOPLE
        return stored.conversation_id


def change(desk, conversation_id, business="flowers", **values):
    with desk.store.writing(business) as session:
        session.execute(update(Conversation).where(Conversation.id == conversation_id).values(**values))


@pytest.fixture
def zoe():
    return str(next(_PEOPLE))


def row(page, conversation_id):
    return page.locator(f".entry-row[href*='/c/{conversation_id}']")


def test_a_message_shows_in_every_open_page_without_a_reload(desk, window, zoe):
    ada, bob = window().sign_in("ada"), window().sign_in("bob", "/b/flowers")
    ada.evaluate("window.same = true")
    number = writes(desk, "Good morning", zoe)
    for page in (ada, bob):
        expect(row(page, number)).to_contain_text("Good morning")
        expect(row(page, number)).to_contain_text("23 h 59 min left")
        expect(row(page, number).get_by_label("1 unread")).to_be_visible()
        expect(page).to_have_title(re.compile(r"^\(\d+\) Inbox"))
    row(ada, number).click()
    expect(ada.get_by_role("log")).to_contain_text("Good morning")
    expect(row(bob, number).get_by_label("1 unread")).to_have_count(0)  # ada has read it
    row(bob, number).click()
    expect(bob.get_by_role("log")).to_contain_text("Good morning")
    for page in (ada, bob):
        page.evaluate("window.same = true")
    writes(desk, "Are you there?", zoe)
    for page in (ada, bob):
        expect(page.get_by_role("log")).to_contain_text("Are you there?")
        assert page.evaluate("window.same")


def test_enter_sends_and_both_see_what_becomes_of_it(desk, window, zoe):
    number = writes(desk, "Hello", zoe)
    ada = window().sign_in("ada", f"/b/flowers/c/{number}")
    bob = window().sign_in("bob", f"/b/flowers/c/{number}")
    box = ada.get_by_label("Answer", exact=True)
    box.press_sequentially("Good day,")
    box.press("Shift+Enter")
    box.press_sequentially("Zoe")
    box.press("Enter")
    for page in (ada, bob):
        expect(page.locator(".bubble.out .text")).to_have_text("Good day,\nZoe", use_inner_text=True)
        expect(page.locator(".bubble.out")).to_contain_text("ada")
        expect(page.get_by_role("combobox", name="Assigned to")).to_have_value(re.compile("ada"))
    expect(box).to_have_value("")
    view = desk.inbox().conversation(number, now_s=now_s())
    assert [(one.text, one.agent) for one in view.messages if not one.incoming] == [("Good day,\nZoe", "ada")]
    assert (view.row.assigned_to, view.row.handling) == ("ada", Handling.PEOPLE)

    sent = view.messages[-1].id
    with desk.store.writing("flowers") as session:
        message = session.get_one(Message, sent)
        message.status, message.code, message.error = Fate.FAILED, 131026, "Message undeliverable"
    for page in (ada, bob):
        expect(page.locator(".bubble.lost")).to_contain_text("not sent: this person cannot get the message")
        expect(page.locator(".bubble.lost")).to_contain_text("131026")


def test_what_is_being_written_stays_when_something_arrives(desk, window, zoe):
    number = writes(desk, "Hello", zoe)
    page = window().sign_in("ada", f"/b/flowers/c/{number}")
    box = page.get_by_label("Answer", exact=True)
    box.press_sequentially("I am wri")
    writes(desk, "One more thing", zoe)
    expect(page.get_by_role("log")).to_contain_text("One more thing")
    expect(box).to_be_focused()
    page.keyboard.type("ting")
    expect(box).to_have_value("I am writing")


def test_enter_on_nothing_sends_nothing(desk, window, zoe):
    number = writes(desk, "Hello", zoe)
    page = window().sign_in("ada", f"/b/flowers/c/{number}")
    box = page.get_by_label("Answer", exact=True)
    box.press_sequentially("   ")
    box.press("Enter")
    box.fill("Something")
    box.press("Enter")
    expect(page.locator(".bubble.out .text")).to_have_text(["Something"])


def test_the_box_is_shut_with_the_reason_and_opens_when_the_person_writes(desk, window, zoe):
    number = writes(desk, "Hello", zoe)
    page = window().sign_in("ada", f"/b/flowers/c/{number}")
    box, why = page.get_by_label("Answer", exact=True), page.locator(".why")
    expect(box).to_be_enabled()
    change(desk, number, heard_s=now_s() - 86_400)
    expect(box).to_be_disabled()
    expect(why).to_contain_text("24 hours after they last wrote")
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    expect(row(page, number)).to_contain_text("closed")
    writes(desk, "I am back", zoe)
    expect(box).to_be_enabled()
    expect(why).to_be_hidden()
    change(desk, number, stopped=True)
    expect(box).to_be_disabled()
    expect(why).to_contain_text("They said stop.")
    expect(row(page, number)).to_contain_text("said stop")


def test_a_window_that_runs_out_shuts_the_box_by_itself(desk, window, zoe):
    number = writes(desk, "Hello", zoe)
    page = window().sign_in("ada", f"/b/flowers/c/{number}")
    expect(page.locator(".answer .pill")).to_have_text("23 h 59 min left to answer")
    change(desk, number, heard_s=now_s() - 86_400 + 5)
    expect(page.locator(".answer .pill")).to_have_text(re.compile(r"^0 min \d s left to answer$"))
    expect(page.get_by_label("Answer", exact=True)).to_be_disabled()


def test_whatever_a_stranger_writes_is_text(desk, window, zoe):
    number = writes(desk, NASTY, zoe, name=NASTY)
    inbox = desk.inbox()
    inbox.note(number, NASTY, agent="bob", now_s=now_s())
    inbox.tag(number, "<b>tag</b>")
    with desk.store.writing("flowers") as session:
        conversation = session.get_one(Conversation, number)
        message = session.query(Message).filter_by(conversation_id=number).one()
        message.content = {"id": '"><img src=x>', "filename": NASTY}
        message.type = "document"
        conversation.assigned_to = NASTY
    page = window().sign_in("ada", f"/b/flowers/c/{number}")
    expect(page.locator(".bubble.in .text")).to_have_text(NASTY)
    expect(page.locator(".bubble.note .text")).to_have_text(NASTY)
    expect(page.get_by_role("heading", level=1)).to_have_text(NASTY)
    expect(row(page, number).locator(".name")).to_have_text(NASTY)
    expect(page.locator(".card .tag")).to_contain_text("<b>tag</b>")
    expect(page).to_have_title(re.compile(re.escape("<img src=x")))
    writes(desk, NASTY + "again", zoe, name=NASTY)  # now by the live way
    expect(page.locator(".bubble.in .text").nth(1)).to_have_text(NASTY + "again")
    assert page.locator("img").count() == 0
    page.goto(f"{desk.url}/b/flowers?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    expect(page.get_by_label(re.compile("Search"))).to_have_value("<img src=x onerror=alert(1)>")
    expect(row(page, number)).to_be_visible()
    assert page.locator("img").count() == 0


def test_notes_are_seen_by_agents_and_sent_to_nobody(desk, window, zoe):
    number = writes(desk, "Hello", zoe)
    ada = window().sign_in("ada", f"/b/flowers/c/{number}")
    bob = window().sign_in("bob", f"/b/flowers/c/{number}")
    ada.get_by_text("Note for other agents").click()
    ada.get_by_label("Note", exact=True).fill("Mind the dog")
    ada.get_by_label("Note", exact=True).press("Enter")
    for page in (ada, bob):
        expect(page.locator(".bubble.note")).to_contain_text("Mind the dog")
        expect(page.locator(".bubble.note")).to_contain_text("note of ada")
    assert [one.text for one in desk.inbox().conversation(number, now_s=now_s()).messages] == ["Hello"]


def test_conversations_are_given_taken_handed_back_closed_and_listed(desk, window, zoe):
    number = writes(desk, "Hello", zoe)
    ada = window().sign_in("ada", f"/b/flowers/c/{number}")
    bob = window().sign_in("bob", f"/b/flowers/c/{number}")

    def stands():
        return desk.inbox().conversation(number, now_s=now_s()).row

    ada.get_by_role("button", name="Take it").click()
    expect(bob.get_by_role("combobox", name="Assigned to")).to_have_value("ada")
    expect(ada.get_by_role("button", name="Take it")).to_be_hidden()
    assert stands().assigned_to == "ada"
    ada.get_by_role("combobox", name="Assigned to").click()
    ada.get_by_role("option", name="bob").click()
    expect(bob.get_by_role("combobox", name="Assigned to")).to_have_value("bob (you)")
    assert stands().assigned_to == "bob"
    mine = window().sign_in("bob", "/b/flowers?show=mine")
    expect(row(mine, number)).to_be_visible()
    unassigned = window().sign_in("bob", "/b/flowers?show=unassigned")
    expect(row(unassigned, number)).to_have_count(0)
    bob.get_by_role("button", name="Hand to bot").click()
    expect(ada.locator(".whom")).to_contain_text("the bot answers")
    expect(row(mine, number)).to_have_count(0)
    assert (stands().handling, stands().assigned_to) == (Handling.BOT, None)
    bob.get_by_role("button", name="Close").click()
    expect(ada.locator(".whom")).to_contain_text("closed")
    expect(row(ada, number)).to_have_count(0)
    assert stands().status is Status.CLOSED
    ada.get_by_role("link", name="Closed", exact=True).click()
    expect(row(ada, number)).to_be_visible()
    bob.get_by_role("button", name="Open again").click()
    expect(row(ada, number)).to_have_count(0)
    assert stands().status is Status.OPEN


def test_a_reply_that_was_written_beforehand_is_looked_over_and_sent(desk, window, zoe):
    desk.inbox().save_canned("Thanks", "Thank you, {name}!", agent="bob", now_s=now_s())
    number = writes(desk, "Hello", zoe)
    page = window().sign_in("ada", f"/b/flowers/c/{number}")
    page.get_by_role("button", name="Replies").click()
    page.get_by_text("Thanks", exact=True).click()
    expect(page.get_by_label("Answer", exact=True)).to_have_value("Thank you, Zoe!")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".bubble.out .text")).to_have_text("Thank you, Zoe!")


def test_long_conversations_and_long_lists_are_shown_in_parts(desk, window, zoe):
    for n in range(110):
        number = writes(desk, f"message {n}", zoe)
    page = window().sign_in("ada", f"/b/flowers/c/{number}")
    said = page.locator(".bubble .text")
    expect(said).to_have_count(100)
    expect(said.last).to_be_in_viewport()
    page.get_by_role("button", name="Show earlier messages").click()
    expect(said).to_have_count(110)
    expect(said.first).to_have_text("message 0")
    expect(page.get_by_role("button", name="Show earlier messages")).to_have_count(0)
    people = [writes(desk, f"{zoe} is many", str(next(_PEOPLE))) for _ in range(53)]
    page = window().sign_in("ada", f"/b/flowers?q={zoe}%20many")
    expect(page.locator(".entry-row")).to_have_count(50)
    expect(page.locator(".pager")).to_contain_text("1 to 50 of 53")
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".entry-row")).to_have_count(3)
    expect(row(page, people[0])).to_be_visible()
    expect(page.locator(".pager")).to_contain_text("51 to 53 of 53")
    page.get_by_role("link", name="Newer").click()
    expect(page.locator(".entry-row")).to_have_count(50)


def test_search_finds_what_was_said(desk, window, zoe):
    number = writes(desk, "My tulips are blue", zoe)
    other = writes(desk, "Roses", str(next(_PEOPLE)))
    page = window().sign_in("ada")
    page.get_by_label(re.compile("Search")).fill("TULIPS blue")
    page.keyboard.press("Enter")
    expect(row(page, number)).to_be_visible()
    expect(row(page, other)).to_have_count(0)


def test_the_card_tells_what_somebody_asked_for_and_takes_tags(desk, window, zoe):
    start = writes(desk, "  start! ", zoe, handled=False)
    change(desk, start, handling=Handling.BOT)  # the desk's own bot handles it
    wait_for(lambda: desk.inbox().conversation(start, now_s=now_s()).evidence)
    page = window().sign_in("ada", f"/b/flowers/c/{start}")
    card = page.locator(".card")
    expect(card).to_contain_text("Opted in to daily")
    expect(card).to_contain_text("start!")
    expect(card).to_contain_text("Nothing is sent unasked")
    expect(card).to_contain_text("UTC")
    card.get_by_label("Add a tag").fill("regular")
    card.get_by_label("Add a tag").press("Enter")
    expect(row(page, start)).to_contain_text("regular")
    card.get_by_role("button", name="Take the tag regular away").click()
    expect(row(page, start).locator(".tag")).to_have_count(0)
    assert desk.inbox().conversations(Filter(tag="regular"), now_s=now_s()).total == 0


def test_agents_of_another_business_see_none_of_it(desk, window, zoe):
    mine = writes(desk, "For flowers alone", zoe)
    fay = window().sign_in("fay")
    expect(fay).to_have_url(f"{desk.url}/b/fruit")
    theirs = writes(desk, "For fruit", str(next(_PEOPLE)), "fruit")
    expect(row(fay, theirs)).to_be_visible()
    assert "For flowers alone" not in fay.content()
    for path in (f"/b/flowers/c/{mine}", f"/b/fruit/c/{mine}", "/b/flowers"):
        answer = fay.goto(desk.url + path)
        assert answer.status == 404
        assert "For flowers alone" not in fay.content()
    page = window().sign_in("bob")
    expect(page.get_by_role("link", name="Fruit")).to_be_visible()
    expect(page.get_by_role("link", name="Flowers")).to_be_visible()


def test_signing_out_ends_pages_that_are_open(desk, window, zoe):
    number = writes(desk, "Hello", zoe)
    one = window()
    page = one.sign_in("ada", f"/b/flowers/c/{number}")
    expect(page.get_by_role("log")).to_contain_text("Hello")
    context = page.context
    assert context.browser is not None
    with context.browser.new_context(storage_state=context.storage_state()) as elsewhere:  # a renderer of its own
        other = elsewhere.new_page()
        other.goto(f"{desk.url}/b/flowers")
        expect(row(other, number)).to_be_visible()
        other.get_by_role("button", name="Sign out").click()
        expect(other).to_have_url(f"{desk.url}/sign-in")
    writes(desk, "A secret", zoe)
    expect(page).to_have_url(re.compile("/sign-in"))
    assert "A secret" not in page.content()


def test_on_a_phone_it_is_the_list_or_one_conversation(desk, window, zoe):
    number = writes(desk, "Hello", zoe)
    page = window(viewport={"width": 390, "height": 844}).sign_in("ada")
    row(page, number).click()
    expect(page.get_by_role("log")).to_be_visible()
    expect(page.locator(".list")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="‹ Inbox").click()
    expect(row(page, number)).to_be_visible()


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/Sao_Paulo"])
def test_times_are_the_reader_s_own(desk, window, zone):
    number = writes(desk, "What time is it?", str(next(_PEOPLE)))
    (message,) = desk.inbox().conversation(number, now_s=now_s()).messages
    page = window(timezone_id=zone).sign_in("ada", f"/b/flowers/c/{number}")
    said = page.get_by_role("log").locator(".fate").first
    expect(said).to_contain_text(f"{datetime.fromtimestamp(message.at_s, ZoneInfo(zone)):%H:%M}")
    expect(said).to_have_attribute("title", re.compile(r" UTC$"))


@pytest.mark.parametrize("told", ["", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "UTC%00", "a" * 65, "Europe"])
def test_a_zone_that_is_none_is_utc(told):
    headers = [(b"cookie", f"{ZONE_COOKIE}={told}".encode())]
    assert zone_of(Request({"type": "http", "headers": headers})) is UTC
