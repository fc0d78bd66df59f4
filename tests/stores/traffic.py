"""Seeded traffic for the stores' tests: every kind of event, texts, late ones, repeated ids, terms that change."""

import random
from typing import NamedTuple

from ecluse.events import Event
from ecluse.terms import Terms, parse_terms

START_S = 1_700_000_000

STRICT = """
id: strict
version: "1"
title: Strict terms
rules:
  - {id: strangers, clause: Few strangers., when: [strangers.1h > 4], then: refuse}
  - {id: broadcast, clause: No strangers by broadcast., when: [recipients_of_this_send > 2], then: drop_strangers}
  - {id: quick, clause: Not so quick., when: [messages.1m > 6], then: delay}
  - {id: forwarded, clause: Forwards say so., when: [forward_hops >= 2], then: label, label: forwarded}
  - {id: hands, clause: Not from so many., when: [content.senders.1h > 3, domain.recipients.24h > 5], then: refuse}
  - {id: provider, clause: Say so., when: [provider.strangers_share.24h > 0.5], then: label, label: provider}
"""

LOOSE = STRICT.replace('version: "1"', 'version: "2"').replace("> 4", "> 8")


class Asked(NamedTuple):
    """A batch, and whether it is only to be observed."""

    events: list[Event]
    observed: bool


def terms_at(batch: int) -> Terms:
    """The terms in force at a batch of the traffic."""
    return parse_terms(LOOSE if batch // 40 % 2 else STRICT)


def traffic(seed: int, batches: int) -> list[Asked]:
    """Batches of 1 to 40 events among 30 accounts; every event that is to be decided has an id."""
    chance = random.Random(seed)
    people = [f"person {number}" for number in range(30)]
    at_s = START_S
    asked: list[Asked] = []
    earlier: list[Event] = []
    for batch in range(batches):
        events: list[Event] = []
        for place in range(chance.choice((1, 2, 10, 40))):
            if earlier and chance.random() < 0.1:
                events.append(chance.choice(earlier[-200:]))
                continue
            at_s += chance.choice((0, 1, 5, 60))
            late_s = chance.choice((0, 0, 0, 30, 400))
            events.append(_event(chance, people, f"{batch}/{place}", at_s - late_s))
        asked.append(Asked(events, chance.random() < 0.1))
        if not asked[-1].observed:
            earlier += events
    return asked


def _event(chance: random.Random, people: list[str], event_id: str, at_s: int) -> Event:
    sender, *others = chance.sample(people, 6)
    kind = chance.choice(("send",) * 8 + ("forward", "register", "create_group", "add_to_group", "report", "block"))
    event = Event(kind=kind, at=at_s * 1000, sender=sender, id=event_id)
    if kind in ("report", "block"):
        event.subject = others[0]
    elif kind in ("create_group", "add_to_group"):
        event.group, event.recipients = f"group {chance.randrange(3)}", others[:3]
    elif kind != "register" and chance.random() < 0.2:
        event.chat, event.group, event.members = "group", f"group {chance.randrange(3)}", 12
    elif kind != "register":
        event.recipients = others[: chance.choice((1, 1, 1, 4))]
    if chance.random() < 0.5:
        word, number = chance.choice(("holiday", "loan", "prize")), chance.randrange(99)
        event.text = f"Your {word} is waiting for you, see http://{word}.example.com/{number} before 20:{number:02}"
    event.fingerprint = chance.choice((None, None, 7 << chance.randrange(40)))
    event.provider, event.network = chance.choice((None, "p", "q")), chance.choice((None, "n", "m"))
    event.region = chance.choice((None, "BR", "IN-KA"))
    if kind == "forward":
        event.hops = chance.randrange(1, 4)
    return event
