from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pytest

from ecluse.errors import InputError
from ecluse.events import Event, Kind
from ecluse.gate import Gate
from ecluse.terms import SHIPPED, Outcome, TermsError, load_terms
from ecluse.terms.nodes import DOCUMENT_BYTES_MAX

START_MS = 1_700_000_000_000
MEMORY_BYTES = 1 << 26


def gate():
    return Gate(load_terms("starter"), secret=b"a test's own secret", memory_bytes=MEMORY_BYTES)


def send(second, recipient, kind=Kind.SEND, **more):
    return Event(kind=kind, at=START_MS + second * 1000, sender="sender", recipients=[recipient], **more)


def test_a_file_is_read(tmp_path):
    path = tmp_path / "open.yaml"
    path.write_text("{id: open, version: 1, title: Öffentlich, rules: []}", encoding="utf-8-sig")
    assert load_terms(path).title == load_terms(str(path)).title == "Öffentlich"


def test_the_shipped_documents_are_read_by_their_id():
    assert [load_terms(name).id for name in SHIPPED] == list(SHIPPED) == ["starter"]


@pytest.mark.parametrize("path", ["nowhere.yaml", ".", "nul\0", Path("starter")], ids=str)
def test_what_cannot_be_read_is_said(path):
    with pytest.raises(InputError) as caught:
        load_terms(path)
    assert (caught.value.field, caught.value.expected) == ("terms", "a file that can be read, or one of: starter")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id: Öl\ntitle: Ö".encode() + b"\xff", "2:9: this is not UTF-8"),
        (b"x" * (DOCUMENT_BYTES_MAX + 1), "1:1: the document is larger than 256 KiB"),
    ],
    ids=["not UTF-8", "large"],
)
def test_files_with_faults(tmp_path, content, message):
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(TermsError) as caught:
        load_terms(path)
    assert str(caught.value) == f"{path}:{message}"


def first_stopped(events):
    outcomes = [verdict.outcome for verdict in gate().decide(events)]
    return next((place for place, word in enumerate(outcomes) if word == "refuse"), None)


def test_starter_stops_a_mass_sender_at_its_51st_stranger():
    assert first_stopped([send(20 * n, f"person {n}") for n in range(200)]) == 25  # the 26th: like clockwork
    assert first_stopped([send(20 * n + n * n % 19, f"person {n}") for n in range(200)]) == 50
    assert first_stopped([send(200 * n + n * n % 190, f"person {n}") for n in range(200)]) == 80


def test_starter_stops_a_newsletter_to_subscribers_at_the_101st():
    subscribed = [
        Event(kind=Kind.SEND, at=START_MS - 3 * 86_400_000 + n, sender=f"person {n}", recipients=["sender"])
        for n in range(300)
    ]
    mailing = [send(60 * n + n * n % 57, f"person {n}") for n in range(300)]
    assert first_stopped(subscribed + mailing) == 300 + 100


def test_starter_lets_a_greeting_to_eighty_friends_through():
    talk = []
    for n in range(80):
        talk.append(send(600 * n, f"friend {n}"))
        talk.append(
            Event(kind=Kind.SEND, at=START_MS + (600 * n + 300) * 1000, sender=f"friend {n}", recipients=["sender"])
        )
    greeting = [send(40 * 86_400 + 10 * n, f"friend {n}") for n in range(80)]
    assert {verdict.outcome for verdict in gate().decide(talk + greeting)} == {"pass"}


def test_starter_labels_and_limits_forwards():
    def forward(hops, n):
        recipients = [f"person {i}" for i in range(n)]
        verdict = gate().decide_one(
            Event(kind=Kind.FORWARD, at=START_MS, sender="sender", recipients=recipients, hops=hops)
        )
        return (verdict.outcome, verdict.labels)

    assert forward(None, 5) == ("label", ["forwarded"])
    assert forward(4, 6) == ("refuse", ["forwarded"])
    assert forward(5, 1) == ("label", ["forwarded_many_times"])
    assert forward(5, 2) == ("refuse", ["forwarded_many_times"])


def test_starter_rules_all_speak_on_something():
    """Every rule has a signal that some event can bring over its limit; none is a slip of the pen."""
    rules = {rule.id: rule for rule in load_terms("starter").rules}
    assert [len(rule.clause) > 20 for rule in rules.values()] == [True] * len(rules)
    assert {rule.outcome for rule in rules.values()} == set(Outcome)


def test_starter_spares_people_who_write_to_strangers_all_the_time(shared_data):
    log = pyarrow.csv.read_csv(shared_data / "college-messages.csv")
    sender, recipient = (log[name].cast(pa.string()).combine_chunks() for name in ("sender", "recipient"))
    ends = pa.array(range(len(log) + 1), pa.int32())
    events = pa.table(
        {
            "kind": pa.array(["send"] * len(log)),
            "at": pc.multiply(log["at"], 1000).cast(pa.timestamp("ms", "UTC")),
            "sender": sender,
            "recipients": pa.ListArray.from_arrays(ends, recipient),
        }
    )
    terms = load_terms("starter")
    verdicts = gate().decide(events)

    def accounts(mask):
        return len(pc.unique(sender.filter(pa.array(mask))))

    places = {rule.id: place for place, rule in enumerate(terms.rules)}
    on_strangers = [places["strangers-hour"], places["strangers-day"]]
    assert len(pc.unique(sender)) == 1_350
    assert accounts(verdicts.spoke[:, on_strangers].any(axis=1)) <= 13
    assert accounts(verdicts.outcome == Outcome.REFUSE) <= 13
