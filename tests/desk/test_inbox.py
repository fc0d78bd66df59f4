import pytest
from sqlalchemy import select

from ecluse.desk.answering import answer
from ecluse.desk.botfile import parse_bot
from ecluse.desk.looking import Filter
from ecluse.desk.parts import Choice, choices_part, text_part
from ecluse.desk.tables import Message
from ecluse.desk.views import Author, Fate, Handling, Order, Status
from ecluse.errors import InputError
from tests.desk.making import NOW_S, inbox, takes_all, writes
from tests.desk.world import BOT

DAY_S = 86_400


def rows(store, *, now_s=NOW_S, **given):
    return inbox(store).conversations(now_s=now_s, **given).rows


def names(found):
    return [row.name for row in found]


def test_a_conversation_shows_who_wrote_what_and_how_long_they_can_be_answered(store):
    writes(store, text="Hello", at_s=NOW_S)
    writes(store, text="Anybody?", at_s=NOW_S + 10)
    (row,) = rows(store, now_s=NOW_S + 70)
    assert (row.name, row.wa_id, row.last_text, row.last_incoming, row.unread) == ("Zoe", "336001", "Anybody?", True, 2)
    assert row.window == (True, NOW_S + 10 + DAY_S, DAY_S - 60)
    assert (row.waiting_s, row.status, row.handling) == (NOW_S, Status.OPEN, Handling.BOT)
    (row,) = rows(store, now_s=NOW_S + 10 + DAY_S)
    assert row.window == (False, NOW_S + 10 + DAY_S, 0)


def test_an_agent_s_answer_waits_is_sent_and_ends_the_waiting(store):
    number = writes(store, text="Hello")
    reply = inbox(store).reply(number, "Hello Zoe", agent="ada", now_s=NOW_S + 5)
    assert (reply.author, reply.agent, reply.fate, reply.text) == (Author.AGENT, "ada", Fate.WAITING, "Hello Zoe")
    seen = inbox(store).conversation(number, now_s=NOW_S + 5)
    assert (seen.row.handling, seen.row.assigned_to, seen.row.unread) == (Handling.PEOPLE, "ada", 0)
    assert seen.row.waiting_s == NOW_S
    assert takes_all(store, at_s=NOW_S + 9) == 1
    seen = inbox(store).conversation(number, now_s=NOW_S + 9)
    assert [message.text for message in seen.messages] == ["Hello", "Hello Zoe"]
    assert (seen.messages[0].answered_s, seen.messages[1].fate, seen.row.waiting_s) == (NOW_S + 9, Fate.SENT, None)


def test_after_24_hours_nothing_is_sent_and_the_refusal_is_there_as_what_it_is(store):
    number = writes(store, text="Hello")
    reply = inbox(store).reply(number, "Late", agent="ada", now_s=NOW_S + DAY_S)
    assert (reply.fate, reply.code) == (Fate.REFUSED, 131047)
    assert "2026-11-29 00:00:00 UTC, more than 24 hours ago" in reply.error
    assert takes_all(store) == 0
    assert inbox(store).reply(number, "Just in time", agent="ada", now_s=NOW_S + DAY_S - 1).fate is Fate.WAITING


def test_none_sees_or_touches_another_s(store):
    number = writes(store, "flowers", "roses", "336001")
    other = writes(store, "fruit", "apples", "336002", name="Max")
    mine, theirs = inbox(store, "flowers"), inbox(store, "fruit")
    theirs.note(other, "a note", agent="bob", now_s=NOW_S)
    theirs.tag(other, "vip")
    theirs.save_canned("hello", "Hello {name}", agent="bob", now_s=NOW_S)
    theirs.publish("daily", "One", [text_part("Apples")], by="bob", now_s=NOW_S)
    (message,) = theirs.conversation(other, now_s=NOW_S).messages
    before = theirs.changed()
    part = text_part("x")
    for attempt in (
        lambda: mine.conversation(other, now_s=NOW_S),
        lambda: mine.message(message.id),
        lambda: mine.reply(other, "x", agent="ada", now_s=NOW_S),
        lambda: mine.send(other, part, agent="ada", now_s=NOW_S),
        lambda: mine.assign(other, "ada", now_s=NOW_S),
        lambda: mine.hand_over(other, Handling.PEOPLE),
        lambda: mine.close(other, now_s=NOW_S),
        lambda: mine.reopen(other),
        lambda: mine.read(other),
        lambda: mine.note(other, "x", agent="ada", now_s=NOW_S),
        lambda: mine.tag(other, "x"),
        lambda: mine.untag(other, "vip"),
        lambda: mine.forget(other),
        lambda: mine.delete_canned("hello"),
        lambda: mine.fill_canned("hello", number),
    ):
        with pytest.raises(InputError):
            attempt()
    assert theirs.changed() == before
    assert [row.id for row in mine.conversations(Filter(status=None), now_s=NOW_S).rows] == [number]
    assert mine.conversations(search="apples", now_s=NOW_S).total == 0
    assert (mine.messages("apples"), mine.tags(), mine.canned(), mine.issues()) == ((), (), (), ())
    assert mine.evidence() == ()
    assert (mine.numbers(0, NOW_S % DAY_S + 1).asked, mine.numbers(NOW_S, NOW_S + 1).asked) == (0, 1)
    assert [one.text for one in theirs.messages("apples")] == ["apples"]


def test_the_same_person_is_another_one_to_each_business(store):
    assert writes(store, "flowers", wa_id="336001") != writes(store, "fruit", wa_id="336001")
    assert names(rows(store)) == ["Zoe"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("cafe", ["Zoë"]),
        ("CAFÉ mochten", ["Zoë"]),
        ("zoe", ["Zoë"]),
        ("336002", ["Max"]),
        ("100%", ["Max"]),
        ("1_0", []),
        ("straße", ["Max"]),
        ("STRASSE 100", ["Max"]),
        ("cafe max", []),
        ("нет", ["Ира"]),
        ("  ", ["Ира", "Max", "Zoë"]),
        ("\\", []),
    ],
)
def test_search_finds_the_same_in_every_database(store, search, found):
    writes(store, text="Wir möchten ins Café", wa_id="336001", name="Zoë", at_s=NOW_S)
    writes(store, text="100% of Hauptstrasse", wa_id="336002", name="Max", at_s=NOW_S + 1)
    writes(store, text="НЕТ", wa_id="336003", name="Ира", at_s=NOW_S + 2)
    assert names(rows(store, search=search)) == found


def test_lists_are_filtered_ordered_and_paged(store):
    one = writes(store, wa_id="1", name="One", at_s=NOW_S)
    two = writes(store, wa_id="2", name="Two", at_s=NOW_S + 1)
    three = writes(store, wa_id="3", name="Three", at_s=NOW_S + 2)
    box = inbox(store)
    box.assign(one, "ada", now_s=NOW_S + 3)
    box.tag(two, "vip")
    box.close(three, now_s=NOW_S + 3)
    assert names(rows(store)) == ["One", "Two"]
    assert names(rows(store, wanted=Filter(status=Status.CLOSED))) == ["Three"]
    assert names(rows(store, wanted=Filter(assigned_to="ada"))) == ["One"]
    assert names(rows(store, wanted=Filter(assigned_to=""))) == ["Two"]
    assert names(rows(store, wanted=Filter(handling=Handling.PEOPLE))) == ["One"]
    assert names(rows(store, wanted=Filter(tag="vip"))) == ["Two"]
    assert names(rows(store, wanted=Filter(waiting=True), order=Order.WAITING)) == ["One", "Two"]
    assert names(rows(store, wanted=Filter(window="closed"), now_s=NOW_S + DAY_S)) == ["One"]
    assert names(rows(store, wanted=Filter(window="open"), now_s=NOW_S + DAY_S)) == ["Two"]
    page = box.conversations(Filter(status=None), limit=1, offset=1, now_s=NOW_S)
    assert (len(page.rows), page.total) == (1, 3)
    assert box.tags() == ("vip",)


def test_earlier_messages_are_read_page_by_page(store):
    for text in "abcde":
        number = writes(store, text=text)
    box = inbox(store)
    last = box.conversation(number, limit=2, now_s=NOW_S)
    assert ([m.text for m in last.messages], last.earlier) == (["d", "e"], True)
    first = box.conversation(number, limit=3, before=last.messages[0].id, now_s=NOW_S)
    assert ([m.text for m in first.messages], first.earlier) == (["a", "b", "c"], False)


def test_a_closed_conversation_opens_when_the_person_writes(store):
    number = writes(store)
    box = inbox(store)
    box.reply(number, "Bye", agent="ada", now_s=NOW_S)
    box.close(number, now_s=NOW_S)
    row = box.conversation(number, now_s=NOW_S).row
    assert (row.status, row.handling, row.assigned_to, row.unread) == (Status.CLOSED, Handling.BOT, None, 0)
    writes(store, at_s=NOW_S + 9)
    assert box.conversation(number, now_s=NOW_S).row.status is Status.OPEN


def test_notes_tags_and_canned_replies(store):
    number = writes(store)
    box = inbox(store)
    box.note(number, "asked before", agent="ada", now_s=NOW_S)
    box.tag(number, " vip ")
    box.tag(number, "vip")
    seen = box.conversation(number, now_s=NOW_S)
    assert ([note.text for note in seen.notes], seen.row.tags) == (["asked before"], ("vip",))
    box.untag(number, "vip")
    assert box.conversation(number, now_s=NOW_S).row.tags == ()
    box.save_canned("hello", "Hi {name}", agent="ada", now_s=NOW_S)
    box.save_canned("hello", "Hello {name}!", agent="bob", now_s=NOW_S + 1)
    assert [tuple(one) for one in box.canned()] == [("hello", "Hello {name}!", NOW_S + 1, "bob")]
    assert box.fill_canned("hello", number) == "Hello Zoe!"
    box.delete_canned("hello")
    assert box.canned() == ()


def test_what_can_be_chosen_is_shown(store):
    number = writes(store)
    part = choices_part("Which?", [Choice("1", "One"), Choice("2", "Two")], opener="Open")
    assert inbox(store).send(number, part, agent="ada", now_s=NOW_S).choices == ("One", "Two")


@pytest.mark.parametrize("text", ["", "  ", "x" * 4_097])
def test_a_text_that_can_t_be_sent_is_refused_with_its_field(store, text):
    number = writes(store)
    with pytest.raises(InputError) as refused:
        inbox(store).reply(number, text, agent="ada", now_s=NOW_S)
    assert refused.value.field == "text"
    assert len(inbox(store).conversation(number, now_s=NOW_S).messages) == 1


def test_every_change_is_seen_by_who_asks(store):
    box = inbox(store)
    before = box.changed()
    writes(store)
    after = box.changed()
    writes(store, "fruit")
    assert (after > before, box.changed()) == (True, after)


def test_a_business_that_is_not_there_is_named(store):
    with pytest.raises(InputError, match="business"):
        inbox(store, "shoes")


def test_numbers_say_who_answered_and_how_soon(store):
    box = inbox(store)
    for place in range(10):
        number = writes(store, wa_id=f"3360{place}", at_s=NOW_S)
        if place < 9:
            box.reply(number, "Hello", agent="ada", now_s=NOW_S)
            takes_all(store, at_s=NOW_S + place * 10)
    writes(store, wa_id="33600", at_s=NOW_S + DAY_S)
    found = box.numbers(NOW_S, NOW_S + 2 * DAY_S)
    assert (found.asked, found.people, found.by_agents, found.by_bot, found.unanswered) == (11, 10, 9, 0, 2)
    assert (tuple(found.agent_times), tuple(found.bot_times)) == ((9, 40, 80), (0, None, None))
    assert [(day.date, day.asked, day.by_agents) for day in found.days] == [("2026-11-29", 10, 9), ("2026-11-30", 1, 0)]
    with pytest.raises(InputError, match="until"):
        box.numbers(NOW_S, NOW_S)


def test_a_person_is_forgotten_but_not_that_they_left(store):
    box, bot = inbox(store), parse_bot(BOT, "bot.yaml")
    for wa_id, text in (("336001", "stop"), ("336002", "news")):
        number = writes(store, text=text, wa_id=wa_id, name="Zoe")
        with store.writing("flowers") as session:
            for message in session.scalars(select(Message).where(Message.conversation_id == number)).all():
                answer(session, bot, message, NOW_S)
        box.note(number, "a secret", agent="ada", now_s=NOW_S)
        box.tag(number, "vip")
        box.forget(number)
    (left,) = box.conversations(Filter(status=None), now_s=NOW_S).rows
    assert (left.wa_id, left.name, left.tags, left.last_text) == ("336001", "336001", (), "")
    assert [(one.kind, one.wa_id) for one in box.evidence()] == [("opt_out", "336001")]
    assert (box.messages("stop"), box.messages("issue"), box.tags()) == ((), (), ())
    assert writes(store, wa_id="336001") == left.id
