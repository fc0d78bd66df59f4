"""The other pages of a business, in a real browser: issues, links, replies, numbers."""

import re
import time

import httpx
from playwright.sync_api import expect

from ecluse.desk.entry import entry_link, qr_svg
from ecluse.desk.pages.figures import every_day
from ecluse.desk.receiving import store_heard
from ecluse.desk.views import Numbers, Times
from tests.desk.making import NOW_S, heard
from tests.desk.pages.world import PASSWORD, SHOPS

DAY_S = 86_400


def now_s():
    return int(time.time())


def asks(desk, text, wa_id, business="flowers"):
    """A person writes to the desk's bot."""
    message = heard(text, wa_id, at_s=now_s())
    with desk.store.writing(business) as session:
        store_heard(session, business, message, message.at_s)


def test_an_issue_is_published_and_whoever_asks_gets_it(desk, window):
    ada, bob = window().sign_in("ada", "/b/flowers/issues"), window().sign_in("bob", "/b/flowers/issues")
    ada.get_by_label("Title").fill("Tulips")
    ada.get_by_label("Text").fill("Tulips are <b>early</b>")
    ada.get_by_label("Address that a button opens").fill("https://example.org/2")
    ada.get_by_label("Address of a picture").fill("https://example.org/2.png")
    ada.get_by_role("button", name="Publish").click()
    for page in (ada, bob):
        expect(page.locator(".issue").first).to_contain_text("The daily, number 1: Tulips")
        expect(page.locator(".issue").first).to_contain_text("Tulips are <b>early</b>")
        expect(page.locator(".issue").first).to_contain_text("asked for 0 times")
    expect(ada.get_by_label("Title")).to_have_value("")
    (issue,) = desk.inbox().issues()
    assert (issue.newsletter, issue.published_by) == ("daily", "ada")
    assert [part["type"] for part in issue.parts] == ["image", "interactive"]
    asks(desk, "NEWS", "336200001")
    for page in (ada, bob):
        expect(page.locator(".issue").first).to_contain_text("asked for once")


def test_what_is_wrong_with_an_issue_is_said_and_nothing_is_published(desk, window):
    before = len(desk.inbox().issues())
    page = window().sign_in("ada", "/b/flowers/issues")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("alert").filter(has_text="title")).to_be_visible()
    page.get_by_label("Title").fill("Nothing in it")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("alert").filter(has_text="parts")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Nothing in it")
    assert len(desk.inbox().issues()) == before


def test_links_stand_there_with_their_codes(desk, window):
    page = window().sign_in("ada", "/b/flowers/links")
    link = entry_link("https://wa.me/", SHOPS["flowers"].number, "NEWS", None)
    expect(page.get_by_label("Link for NEWS")).to_have_value(link)
    expect(page.locator(".entry").filter(has_text="START")).to_contain_text("Nothing is sent unasked")
    image = page.get_by_alt_text("QR code of the link for NEWS")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.complete && image.naturalWidth") > 100
    page.get_by_label("What the person's first message will be").fill("abo")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Link for abo")).to_have_value(link.replace("NEWS", "abo"))
    page.get_by_label("What the person's first message will be").fill("<b>nonsense</b>")
    page.keyboard.press("Enter")
    expect(page.locator(".wrong")).to_contain_text("<b>nonsense</b>")
    expect(page.locator(".wrong")).to_contain_text("a word that the bot knows")


def test_a_code_is_a_file_of_its_own(desk):
    with httpx.Client(base_url=desk.url) as http:
        http.post("/sign-in", data={"name": "ada", "password": PASSWORD})
        answer = http.get("/b/flowers/qr.svg?keyword=NEWS")
        link = entry_link("https://wa.me/", SHOPS["flowers"].number, "NEWS", None)
        assert (answer.content, answer.headers["content-type"]) == (qr_svg(link), "image/svg+xml")
        assert http.get("/b/flowers/qr.svg?keyword=nonsense").status_code == 404
        assert http.get("/b/flowers/qr.svg").status_code == 404


def test_files_that_are_none_and_an_api_that_gives_none(desk):
    asks(desk, "Hello", "336200002")
    message = heard("[image]", "336200002", at_s=now_s(), kind="image")._replace(content={"id": "12345"})
    with desk.store.writing("flowers") as session:
        picture = store_heard(session, "flowers", message, message.at_s).id
    with httpx.Client(base_url=desk.url, timeout=30) as http:
        http.post("/sign-in", data={"name": "bob", "password": PASSWORD})
        assert http.get(f"/b/flowers/media/{picture}").status_code == 502
        for other in (f"/b/flowers/media/{picture - 1}", f"/b/fruit/media/{picture}", "/b/flowers/media/999999"):
            assert http.get(other).status_code == 404
        assert http.get("/b/flowers/media/none").status_code == 422


def test_replies_are_kept_changed_and_thrown_away(desk, window):
    ada, bob = window().sign_in("ada", "/b/flowers/replies"), window().sign_in("bob", "/b/flowers/replies")
    ada.get_by_label("Name").fill("Late")
    ada.get_by_label("Text").fill("Dear {name}, <i>tomorrow</i>")
    ada.get_by_role("button", name="Keep it").click()
    expect(bob.locator(".issue")).to_contain_text("Dear {name}, <i>tomorrow</i>")
    bob.get_by_role("button", name="Change").click()
    expect(bob.get_by_label("Name")).to_have_value("Late")
    bob.get_by_label("Text").fill("Dear {name}, today")
    bob.get_by_role("button", name="Keep it").click()
    expect(ada.locator(".issue")).to_contain_text("Dear {name}, today")
    expect(ada.locator(".issue")).to_contain_text("by bob")
    assert [one.text for one in desk.inbox("fruit").canned()] == []
    ada.get_by_role("button", name="Throw away").click()
    expect(bob.locator(".issue")).to_have_count(0)
    assert desk.inbox().canned() == ()


def test_numbers_are_live_and_drawn(desk, window):
    page = window().sign_in("bob", "/b/fruit/numbers?days=7")

    def figure(name):
        return page.locator(".figures div").filter(has_text=name).locator("dd")

    expect(figure(re.compile("^asked"))).to_have_text("0")
    asks(desk, "START", "336200003", "fruit")
    asks(desk, "MENU", "336200003", "fruit")
    expect(figure(re.compile("^asked"))).to_have_text("2")
    expect(figure("opt-ins, opt-outs")).to_have_text("1, 0")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr td").first).to_have_text("2")
    expect(page.locator(".chart svg")).to_have_count(2)
    expect(page.locator(".chart").first).to_contain_text("not answered")
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")


def test_days_without_anything_are_days_too():
    times = Times(0, None, None)
    none = Numbers(NOW_S, NOW_S + 3 * DAY_S, 0, 0, 0, 0, 0, times, times, times, 0, 0, 0, 0, 0, ())
    assert [(day.date, day.asked) for day in every_day(none)] == [
        ("2026-11-29", 0),
        ("2026-11-30", 0),
        ("2026-12-01", 0),
    ]
