"""Small worlds: a gate with a few rules, and events of people whose names are short."""

from functools import cache

import numpy as np
import pyarrow as pa

from ecluse.events import SCHEMA, Event
from ecluse.gate import Gate
from ecluse.terms import parse_terms

SECRET = b"a secret of the tests"
MEMORY_BYTES = 1 << 22
T = 1_600_000_000
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def rule(then, *when, kinds=None, label=None):
    """A rule as a document has it: ``rule("refuse", "recipients.1h > 2")``."""
    return then, when, kinds and tuple(kinds), label


@cache
def terms(*rules, version="1"):
    """Terms of these rules; each is called after its outcome and its place."""
    lines = ["id: small", f'version: "{version}"', "title: Small terms", "rules:" if rules else "rules: []"]
    for place, (then, when, kinds, label) in enumerate(rules):
        lines += [f"  - id: {then.replace('_', '-')}-{place}", f"    clause: Clause {place}.", "    when:"]
        lines += [f"      - {condition}" for condition in when]
        lines += [f"    then: {then}"]
        lines += [f"    kinds: [{', '.join(kinds)}]"] if kinds else []
        lines += [f"    label: {label}"] if label else []
    return parse_terms("\n".join(lines) + "\n")


def gate(*rules, memory_bytes=MEMORY_BYTES):
    """A gate with these rules and little memory."""
    return Gate(terms(*rules), secret=SECRET, memory_bytes=memory_bytes)


def send(at_s, *recipients, sender="ada", **fields):
    """A send of ada's."""
    return Event(
        **{"kind": "send", "at": 1_000 * at_s, "sender": sender, "recipients": list(recipients) or None} | fields
    )


def crowd(n, first=0):
    """So many names."""
    return [f"crowd{i}" for i in range(first, first + n)]


def one_to_one(senders, recipients, at_s, ids=None):
    """Sends as columns. senders, recipients: names. at_s: a second for all, or one each."""
    n = len(senders)
    at = np.broadcast_to(np.asarray(at_s, np.int64) * 1_000, n)
    columns = {name: pa.nulls(n, SCHEMA.field(name).type) for name in SCHEMA.names} | {
        "kind": pa.array(["send"] * n),
        "at": pa.array(at).cast(SCHEMA.field("at").type),
        "sender": pa.array(senders),
        "recipients": pa.ListArray.from_arrays(pa.array(np.arange(n + 1, dtype=np.int32)), pa.array(recipients)),
    }
    if ids is not None:
        columns["id"] = pa.array(ids)
    return pa.RecordBatch.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def same_state(one, other):
    """Whether two gates remember the same to the byte, but for where their memory lies."""
    one, other = one.state(), other.state()
    names = one.keys() - {"control"}
    return one.keys() == other.keys() and all(one[name].tobytes() == other[name].tobytes() for name in names)
