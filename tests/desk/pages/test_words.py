import pytest

from ecluse.desk.pages.words import PLAIN, fate_of, is_lost, is_urgent, left, moment, span, why_shut
from ecluse.desk.views import Author, ConversationRow, Fate, Handling, MessageView, Status, Window
from tests.desk.making import NOW_S

DAY_S = 86_400


ROW = ConversationRow(
    id=1,
    wa_id="1",
    name="Zoe",
    status=Status.OPEN,
    handling=Handling.BOT,
    assigned_to=None,
    tags=(),
    unread=0,
    last_text="NEWS",
    last_incoming=True,
    updated_s=NOW_S,
    waiting_s=None,
    window=Window(True, NOW_S + DAY_S, DAY_S),
    stopped=False,
)


def message(fate, code=None, error=None):
    return MessageView(
        1, 1, Author.AGENT, "ada", NOW_S, "text", "Hello", {}, (), fate, NOW_S, code, error, None, None, None
    )


@pytest.mark.parametrize(
    ("fate", "code", "error", "said"),
    [
        (Fate.WAITING, None, None, "waiting to be sent"),
        (Fate.WAITING, None, "the API is away", "waiting to be sent; the last try: the API is away"),
        (Fate.READ, None, None, "read"),
        (Fate.DROPPED, None, None, "not sent: they said stop before"),
        (Fate.REFUSED, 131047, "This person said stop.", "not sent: this person said stop (code 131047)"),
        (Fate.FAILED, 999, "Something new", "not sent: something new (code 999)"),
        (Fate.FAILED, None, None, "not sent: the API refused it"),
    ],
)
def test_what_became_of_a_message_is_said_in_plain_words(fate, code, error, said):
    assert fate_of(message(fate, code, error)) == said
    assert is_lost(fate) == said.startswith("not sent")


def test_codes_are_explained():
    refused, failed = fate_of(message(Fate.REFUSED, 131047)), fate_of(message(Fate.FAILED, 131026, "Undeliverable"))
    assert refused.startswith("not sent: more than 24 hours had passed since this person wrote")
    assert refused.endswith("You can write again once they write (code 131047)")
    assert failed == f"not sent: {PLAIN[131026]} (code 131026)"


def test_each_fate_has_words():
    for fate in Fate:
        assert isinstance(fate_of(message(fate)), str)


def test_why_nothing_can_be_written():
    assert why_shut(ROW, NOW_S) is None
    assert why_shut(ROW, NOW_S + DAY_S - 1) is None
    assert why_shut(ROW, NOW_S + DAY_S).startswith("Closed since 00:00: 24 hours")
    assert why_shut(ROW._replace(stopped=True), NOW_S).startswith("They said stop.")


def test_what_is_left_of_a_window():
    window = Window(True, NOW_S + DAY_S, DAY_S)
    assert [left(window, NOW_S + at) for at in (0, 1, DAY_S - 3_600, DAY_S - 3_599, DAY_S - 1, DAY_S)] == [
        "24 h 0 min", "23 h 59 min", "1 h 0 min", "59 min 59 s", "0 min 1 s", "closed",
    ]  # fmt: skip
    assert [is_urgent(window, NOW_S + at) for at in (0, DAY_S - 3_601, DAY_S - 3_600, DAY_S)] == [
        False,
        False,
        True,
        False,
    ]
    assert left(window._replace(open=False), NOW_S) == "closed"


def test_times():
    assert moment(NOW_S, NOW_S) == "00:00"
    assert moment(NOW_S - 1, NOW_S) == "28 Nov, 23:59"
    assert moment(NOW_S - 400 * DAY_S, NOW_S) == "25 Oct 2025, 00:00"
    assert [span(seconds) for seconds in (None, 0, 59, 60, 3_600, 90_000)] == [
        "–", "0 s", "59 s", "1 min", "1 h 0 min", "1 d 1 h",
    ]  # fmt: skip
