"""A newsletter service's story: what its list would meet, what its pushes meet, and how it lives on.

A real gate under the terms of December 2019 with the business API and a loopback messenger, a real desk that speaks to
it over HTTP, and a real browser in which an agent answers. Times of the pushes are those of their events.
"""

import csv
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright
from pywa.errors import ReEngagementMessage
from typer.testing import CliRunner

import ecluse.terms
from ecluse.cli import app
from tests.desk.pages.world import Window, desk_pages
from tests.service.business.test_pywa import client as pywa_client
from tests.service.business.world import PNG, User, business_gate, open_shop, subscribe, wait_for

SUBSCRIBERS = 5_000
OPEN, WROTE = 120, 400
"""Subscribers who wrote in the last day, and others who did before."""
EVE = datetime(2019, 12, 6, 8, tzinfo=UTC)
DAY = timedelta(days=1)
PAPER = "paper"
AT_ONCE = 1_000
NEWSLETTER = "Newsletters are not allowed."
_ACCOUNTS = count(336_700_001)


def pushes():
    """An issue to each subscriber on the day before the terms are in force, and one on their first day."""
    return [
        (EVE + day * DAY + timedelta(seconds=n), PAPER, f"reader-{n}") for day in (0, 1) for n in range(SUBSCRIBERS)
    ]


def letters():
    """What subscribers had written to it before."""
    late = [(EVE - timedelta(hours=2, seconds=n), f"reader-{n}", PAPER) for n in range(OPEN)]
    early = [(EVE - timedelta(days=6, seconds=n), f"reader-{n}", PAPER) for n in range(OPEN, OPEN + WROTE)]
    return sorted(early + late)


def write(path, rows, more=()):
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["at", "sender", "recipient", *("list" for _ in more)])
        writer.writerows((at.isoformat(), sender, recipient, *more) for at, sender, recipient in rows)
    return path


def events(rows, **more):
    return [
        {"kind": "send", "at": at.isoformat(), "sender": sender, "recipients": [recipient], **more}
        for at, sender, recipient in rows
    ]


@pytest.fixture(scope="module")
def gate(tmp_path_factory):
    """A service under the terms of December 2019."""
    data = tmp_path_factory.mktemp("gate") / "data"
    data.mkdir()
    terms = Path(ecluse.terms.__file__).parent / "shipped" / "december-2019.yaml"
    (data / "terms.yaml").write_bytes(terms.read_bytes())
    with business_gate(data) as started:
        yield started


@pytest.fixture(scope="module")
def browser(chromium):
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The pre-flight of the list: its table's only row, and its page."""
    folder = tmp_path_factory.mktemp("preflight")
    plan = write(folder / "plan.csv", pushes(), more=["The daily"])
    history = write(folder / "history.csv", letters())
    table, page = folder / "report.csv", folder / "report.html"
    options = [
        "--history",
        history,
        "--terms",
        "december-2019",
        "--list-column",
        "list",
        "--html",
        page,
        "--csv",
        table,
    ]
    done = CliRunner().invoke(app, ["preflight", str(plan), *map(str, options)], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    with table.open(newline="") as file:
        (row,) = csv.DictReader(file)
    return row, page


def test_before_it_sends_it_is_told_what_will_be_refused_and_from_when(report, browser):
    row, path = report
    assert (row["list"], row["senders"], int(row["subscribers"])) == ("The daily", PAPER, SUBSCRIBERS)
    assert (int(row["conversation_open"]), int(row["wrote_before"])) == (OPEN, WROTE)
    assert int(row["never_wrote"]) == SUBSCRIBERS - OPEN - WROTE
    assert (int(row["sends"]), row["rule"]) == (2 * SUBSCRIBERS, "newsletter")
    assert row["refused_from"] == "2019-12-07T00:00:00Z"
    assert row["first_refused"].startswith("2019-12-07T08:")
    assert int(row["warned"]) > SUBSCRIBERS * 0.95
    assert int(row["refused"]) > SUBSCRIBERS * 0.95
    assert row["clause"].startswith(NEWSLETTER)
    assert f"the {OPEN} whose conversation is open" in row["to_do"]
    page = browser.new_page()
    page.goto(path.as_uri())
    for part in ("The daily", "7 Dec 2019", f"{int(row['refused']):,}", f"{SUBSCRIBERS:,}", row["clause"]):
        expect(page.locator("body")).to_contain_text(part)
    page.close()


def test_its_pushes_are_warned_of_and_from_the_date_on_refused(gate, report):
    row, _ = report
    gate.post(events(letters()), "/v1/events", "observe").raise_for_status()
    verdicts = []
    with gate.http("decide") as http:
        asked = events(pushes(), sender_kind="business")
        for start in range(0, len(asked), AT_ONCE):
            some = asked[start : start + AT_ONCE]
            answer = http.post("/v1/decisions", json=some)
            assert answer.status_code == 200, answer.text
            verdicts += answer.json()
    eve, first = verdicts[:SUBSCRIBERS], verdicts[SUBSCRIBERS:]
    warned = [one for one in eve if one.get("warnings")]
    refused = [one for one in first if one["outcome"] == "refuse"]
    assert {one["outcome"] for one in eve} == {"pass"}
    assert (len(warned), len(refused)) == (int(row["warned"]), int(row["refused"]))
    assert {one["refused_from"] for verdict in warned for one in verdict["warnings"]} == {"2019-12-07T00:00:00Z"}
    spoke = Counter(one["rules"][0]["rule"] for one in refused)
    assert spoke.most_common(1)[0][0] == row["rule"] == "newsletter"


def got(user, number):
    """What a person got, once there are so many."""
    return wait_for(lambda: found if len(found := user.inbox()) >= number else None)


def body(message):
    content = message["content"]
    return content["body"] if message["type"] == "text" else content["body"]["text"]


def test_it_lives_on_by_being_asked(gate, browser, tmp_path, records_url):
    shops = {"flowers": open_shop(gate), "fruit": open_shop(gate, "Fruit")}
    shop = shops["flowers"]
    zoe, tom = (User(gate, str(next(_ACCOUNTS)), name) for name in ("Zoe", "Tom"))

    # It cannot push: the API refuses it, a template as well, and says since when.
    with pytest.raises(ReEngagementMessage) as refused:
        pywa_client(gate, shop).send_message(zoe.account, "Today's issue!")
    assert (refused.value.code, refused.value.raw["since"]) == (131047, "2019-12-07")

    with desk_pages(tmp_path / "desk", records_url, gate.url, shops) as desk:
        for name, one in shops.items():
            subscribe(gate, one, f"{desk.url}/webhook/{name}")
        ada, fay = Window(browser, desk), Window(browser, desk, viewport={"width": 390, "height": 844})
        page, other = ada.sign_in("ada"), fay.sign_in("fay")
        expect(page.locator(".list")).to_contain_text("No conversation here.")

        # An issue is published, and nobody is sent anything.
        page.get_by_role("link", name="Issues").click()
        page.get_by_label("Title").fill("Tulips")
        page.get_by_label("Text").fill("Tulips are early this year.")
        page.get_by_label("Address that a button opens").fill("https://flowers.example.org/2")
        page.get_by_role("button", name="Publish").click()
        expect(page.locator(".issue")).to_contain_text("asked for 0 times")
        assert (zoe.inbox(), tom.inbox()) == ([], [])

        # People come by the link that is printed on its site, with the keyword written already.
        page.get_by_role("link", name="Links").click()
        link = urlsplit(page.get_by_label("Link for NEWS").input_value())
        zoe.write(link.path.strip("/"), parse_qs(link.query)["text"][0])
        assert body(got(zoe, 1)[0]) == "Tulips are early this year."
        page.get_by_role("link", name=re.compile("^Inbox")).click()
        expect(page.locator(".entry-row")).to_contain_text("Zoe")
        expect(page.locator(".entry-row")).to_contain_text("23 h 59 min left")

        # START and STOP are kept as evidence; after STOP nothing is sent, and the box says why.
        zoe.write(shop.number, "START")
        assert body(got(zoe, 2)[1]).startswith("Welcome, Zoe.")
        page.locator(".entry-row").click()
        expect(page.locator(".card")).to_contain_text("Opted in to daily")
        zoe.write(shop.number, "Stop!")
        assert body(got(zoe, 3)[2]) == "You will get nothing more from us. Write START to come back."
        expect(page.locator(".card")).to_contain_text("Opted out of everything")
        expect(page.locator(".card q").first).to_have_text("Stop!")
        expect(page.get_by_label("Answer", exact=True)).to_be_disabled()
        expect(page.locator(".why")).to_contain_text("They said stop.")

        # Somebody wants a person. It shows at once, and the answer arrives.
        tom.write(shop.number, "Agent")
        assert body(got(tom, 1)[0]) == "Somebody will answer you here."
        tom.write(shop.number, "My order is late. <img src=x onerror=alert(1)>")
        row = page.locator(".entry-row").filter(has_text="Tom")
        expect(row).to_contain_text("My order is late.")
        row.click()
        expect(page.locator(".bubble.in .text").nth(1)).to_have_text("My order is late. <img src=x onerror=alert(1)>")
        box = page.get_by_label("Answer", exact=True)
        box.fill("It comes tomorrow, Tom.")
        box.press("Enter")
        assert body(got(tom, 2)[1]) == "It comes tomorrow, Tom."
        expect(page.locator(".bubble.out").last).to_contain_text("delivered")
        assert tom.reads(tom.inbox()[1]["id"])
        expect(page.locator(".bubble.out").last).to_contain_text("read")
        wait_for(lambda: tom.sees(shop.number).get("read"))

        # A picture can be saved.
        with shop.api(gate) as api:
            form = {"messaging_product": "whatsapp", "type": "image/png"}
            kept = api.post(f"{shop.phone}/media", data=form, files={"file": ("label.png", PNG, "image/png")}).json()
        tom.write(shop.number, type="image", content={"id": kept["id"], "mime_type": "image/png"})
        with page.expect_download() as saving:
            page.get_by_role("link", name="Save the image").click()
        assert saving.value.path().read_bytes() == PNG

        # The person ends it at the service, where the desk is told nothing: the refusal is shown in plain words.
        tom.do("end", shop.number)
        box.fill("Anything else?")
        box.press("Enter")
        expect(page.locator(".bubble.lost")).to_contain_text("not sent:")
        expect(page.locator(".bubble.lost")).to_contain_text("131047")
        assert len(tom.inbox()) == 2

        # What it did is counted; and the other business's agent has seen none of all this.
        page.get_by_role("link", name="Numbers").click()
        figures = page.locator(".figures div")
        expect(figures.filter(has_text="opt-ins, opt-outs").locator("dd")).to_have_text("1, 1")
        expect(figures.filter(has_text="issues asked for").locator("dd")).to_have_text("1")
        expect(figures.filter(has_text="answered by people").locator("dd")).to_have_text("2")
        expect(other.locator(".list")).to_contain_text("No conversation here.")
        for path in ("/b/flowers", "/b/flowers/c/1", "/b/fruit/c/1", "/b/fruit/c/2", "/b/flowers/numbers"):
            assert other.goto(desk.url + path).status == 404
            assert not {"Zoe", "Tom"} & set(re.findall(r"\w+", other.content()))
        ada.close()
        fay.close()
