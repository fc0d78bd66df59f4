"""A newsletter service's new life, over HTTP, with a real business API between it and the people."""

import os
import time
from urllib.parse import parse_qs, urlsplit

from ecluse.desk.entry import entry_link
from ecluse.desk.looking import Filter
from ecluse.desk.parts import link_part, text_part
from ecluse.desk.views import Author, Fate, Handling, Status
from tests.desk.world import DeskProcess, standing, write_desk
from tests.service.business.world import User, open_shop, subscribe, wait_for

EVERY = Filter(status=None)


def got(user, number):
    """What a person got, once there are so many."""
    return wait_for(lambda: found if len(found := user.inbox()) >= number else None)


def body(message):
    content = message["content"]
    return content["body"] if message["type"] == "text" else content["body"]["text"]


def only(box, now_s):
    """The only conversation of an inbox."""
    (row,) = box.conversations(EVERY, now_s=now_s).rows
    return box.conversation(row.id, now_s=now_s)


def test_people_come_by_a_link_ask_get_the_latest_issue_and_leave(gate, shop, zoe, tmp_path, records_url):
    with standing(gate, tmp_path / "desk", {"flowers": shop}, records_url) as there:
        box = there.desk.inbox("flowers")
        box.publish("daily", "One", [text_part("Old news")], by="ada", now_s=there.clock())
        parts = [text_part("Today"), link_part("All of it", "https://example.org/2", "Read")]
        box.publish("daily", "Two", parts, by="ada", now_s=there.clock())
        assert zoe.inbox() == []  # publishing sends nothing

        config = there.desk.config
        link = entry_link(config.link_base, shop.number, "NEWS", config.business("flowers").bot)
        zoe.write(urlsplit(link).path.strip("/"), parse_qs(urlsplit(link).query)["text"][0])
        assert [body(message) for message in got(zoe, 2)] == ["Today", "All of it"]
        assert box.issues()[0].pulled == 1

        zoe.write(shop.number, "  start! ")
        assert body(got(zoe, 3)[2]).startswith("Welcome, Zoe.")
        zoe.write(shop.number, "Arret")
        assert body(got(zoe, 4)[3]) == "You will get nothing more from us. Write START to come back."
        seen = only(box, there.clock())
        assert [(one.kind, one.wrote, one.keyword, one.newsletter) for one in seen.evidence] == [
            ("opt_in", "  start! ", "START", "daily"),
            ("opt_out", "Arret", "STOP", None),
        ]
        assert "Nothing is sent unasked" in seen.evidence[0].wording
        assert [one.wamid for one in seen.evidence] == [m.wamid for m in seen.messages if m.incoming][1:]
        assert (seen.row.stopped, seen.row.status, seen.row.window.open) == (True, Status.CLOSED, False)
        assert [one.ended_s is None for one in seen.subscriptions] == [False]

        refused = box.reply(seen.row.id, "Do stay!", agent="ada", now_s=there.clock())
        assert (refused.fate, refused.code) == (Fate.REFUSED, 131047)
        zoe.write(shop.number, "news")
        assert [body(message) for message in got(zoe, 6)[4:]] == ["Today", "All of it"]
        assert len(zoe.inbox()) == 6
        wait_for(lambda: only(box, there.clock()).messages[-1].fate is Fate.DELIVERED)
        counted = box.numbers(there.clock() - 3_600, there.clock() + 60)
        assert (counted.asked, counted.people, counted.by_bot, counted.unanswered) == (4, 1, 4, 0)
        assert (counted.opt_ins, counted.opt_outs, counted.pulls, counted.refused) == (1, 1, 2, 1)


def test_a_menu_leads_to_a_flow_and_a_flow_to_an_answer_that_is_remembered(gate, shop, zoe, tmp_path, records_url):
    with standing(gate, tmp_path / "desk", {"flowers": shop}, records_url) as there:
        box = there.desk.inbox("flowers")
        zoe.write(shop.number, "what is this?")
        (menu,) = got(zoe, 1)
        rows = menu["content"]["action"]["sections"][0]["rows"]
        assert [row["title"] for row in rows] == ["Latest issue", "Tell us your opinion", "Write to a person"]
        tap = {"type": "list_reply", "list_reply": {"id": rows[1]["id"], "title": rows[1]["title"]}}
        zoe.write(shop.number, type="interactive", content=tap, context_id=menu["id"])
        question = got(zoe, 2)[1]
        buttons = [button["reply"] for button in question["content"]["action"]["buttons"]]
        assert [button["title"] for button in buttons] == ["Good", "So-so", "Not at all"]
        tap = {"type": "button_reply", "button_reply": buttons[1]}
        zoe.write(shop.number, type="interactive", content=tap, context_id=question["id"])
        assert body(got(zoe, 3)[2]) == "What should we change?"
        zoe.write(shop.number, "More flowers")
        assert body(got(zoe, 4)[3]) == 'Thank you, Zoe. We have noted "So-so".'
        seen = only(box, there.clock())
        assert seen.fields == {"rating": "So-so", "wish": "More flowers"}
        assert (seen.flow, seen.row.handling) == (None, Handling.BOT)
        wait_for(lambda: zoe.sees(shop.number).get("read"))


def test_people_take_over_and_an_agent_answers(gate, shop, zoe, tmp_path, records_url):
    with standing(gate, tmp_path / "desk", {"flowers": shop}, records_url) as there:
        box = there.desk.inbox("flowers")
        zoe.write(shop.number, "Agent")
        assert body(got(zoe, 1)[0]) == "Somebody will answer you here."
        zoe.write(shop.number, "My order is late. NEWS")
        wait_for(lambda: box.conversations(Filter(handling=Handling.PEOPLE, unread=True), now_s=there.clock()).total)
        (row,) = wait_for(
            lambda: [r for r in box.conversations(Filter(waiting=True), now_s=there.clock()).rows if r.unread == 2]
        )
        box.reply(row.id, "It comes tomorrow", agent="ada", now_s=there.clock())
        assert body(got(zoe, 2)[1]) == "It comes tomorrow"
        seen = wait_for(lambda: one if (one := only(box, there.clock())).row.waiting_s is None else None)
        assert [message.author for message in seen.messages] == [Author.PERSON, Author.BOT, Author.PERSON, Author.AGENT]
        assert box.numbers(there.clock() - 3_600, there.clock() + 60).by_agents == 2
        zoe.write(shop.number, "menu")  # people answer now
        wait_for(lambda: only(box, there.clock()).row.unread == 1)
        box.close(row.id, now_s=there.clock())
        zoe.write(shop.number, "menu")
        assert got(zoe, 3)[2]["type"] == "interactive"


def test_after_24_hours_or_an_end_nothing_is_sent_and_the_inbox_shows_why(gate, shop, zoe, tmp_path, records_url):
    with standing(gate, tmp_path / "desk", {"flowers": shop}, records_url) as there:
        box = there.desk.inbox("flowers")
        zoe.write(shop.number, "agent")
        got(zoe, 1)
        there.clock.ahead_s = 86_401
        row = only(box, there.clock()).row
        assert (row.window.open, row.window.left_s) == (False, 0)
        late = box.reply(row.id, "Are you there?", agent="ada", now_s=there.clock())
        assert (late.fate, late.code) == (Fate.REFUSED, 131047)
        assert "more than 24 hours ago" in late.error
        there.clock.ahead_s = 0
        zoe.do("end", shop.number)  # the desk is not told; the API knows
        ended = box.reply(row.id, "Are you there?", agent="ada", now_s=there.clock())
        assert ended.fate is Fate.WAITING
        refused = wait_for(lambda: one if (one := box.message(ended.id)).fate is Fate.REFUSED else None)
        assert refused.code == 131047
        assert "ended the conversation" in refused.error
        assert len(zoe.inbox()) == 1


def test_two_businesses_at_one_desk_are_kept_apart(gate, zoe, tmp_path, records_url):
    shops = {"flowers": open_shop(gate), "fruit": open_shop(gate, "Fruit")}
    with standing(gate, tmp_path / "desk", shops, records_url) as there:
        there.desk.inbox("fruit").publish("daily", "One", [text_part("Apples")], by="ada", now_s=there.clock())
        zoe.write(shops["flowers"].number, "NEWS")
        assert body(got(zoe, 1)[0]) == "There is no issue yet."
        zoe.write(shops["fruit"].number, "NEWS")
        assert body(got(zoe, 2)[1]) == "Apples"
        for name in shops:
            assert [m.incoming for m in only(there.desk.inbox(name), there.clock()).messages] == [True, False]


def test_a_restart_in_the_middle_loses_nothing_and_doubles_nothing(gate, shop, tmp_path, records_url):
    """Forty people write; the desk is killed while it answers, twice."""
    path = write_desk(tmp_path / "desk", gate.url, {"flowers": shop}, records_url)
    process = DeskProcess(path)
    try:
        subscribe(gate, shop, f"http://127.0.0.1:{process.port}/webhook/flowers")
        people = [
            User(gate, f"33690{place:04}{os.getpid() % 1000:03}{time.time_ns() % 1000:03}") for place in range(40)
        ]
        for place, person in enumerate(people):
            person.write(shop.number, "start")
            if place in (12, 28):
                wait_for(lambda: any(person.inbox() for person in people))
                process.kill()
                process.start()
        for person in people:
            person.write(shop.number, "agent")
        wait_for(lambda: all(len(person.inbox()) >= 2 for person in people), 120)
        assert process.stop() == 0
        process.start()
        assert [[body(m)[:8] for m in person.inbox()] for person in people] == [["Welcome,", "Somebody"]] * 40
        assert process.stop() == 0
    finally:
        process.kill()
