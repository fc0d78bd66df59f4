import pyarrow as pa

from ecluse.lab import Traffic
from ecluse.lab.roster import ACCOUNTS
from ecluse.lab.stopped import Stopped, Touched, bulk_senders, ordinary_people
from ecluse.lab.table import EVENTS

AT = 1_575_676_800_000  # 7 December 2019
SENDS = [  # sender, recipients, outcome
    ("paper-1", ["ada", "bob"], "pass"),
    ("ada", ["bob"], "refuse"),
    ("paper-1", ["bob", "cem"], "refuse"),
    ("paper-1", ["dan"], "label"),
    ("bob", ["ada"], "pass"),
]
ROLES = {"ada": "personal", "bob": "personal", "cem": "reader", "dan": "personal", "paper-1": "newsletter"}


def traffic():
    n = len(SENDS)
    columns = {name: pa.nulls(n, EVENTS.field(name).type) for name in EVENTS.names} | {
        "kind": pa.array(["send"] * n),
        "at": pa.array([AT + 60_000 * k for k in range(n)]).cast(EVENTS.field("at").type),
        "sender": pa.array([sender for sender, _, _ in SENDS]),
        "recipients": pa.array([recipients for _, recipients, _ in SENDS]),
    }
    accounts = {name: pa.nulls(len(ROLES), ACCOUNTS.field(name).type) for name in ACCOUNTS.names}
    accounts |= {"account": pa.array(list(ROLES)), "role": pa.array(list(ROLES.values()))}
    return Traffic(
        pa.table([columns[name] for name in EVENTS.names], schema=EVENTS),
        pa.table([accounts[name] for name in ACCOUNTS.names], schema=ACCOUNTS),
    )


OUTCOMES = pa.array([outcome for _, _, outcome in SENDS])


def test_who_sends_in_bulk_is_followed_until_the_first_refusal_and_beyond():
    assert bulk_senders(traffic(), OUTCOMES) == [
        Stopped("paper-1", "newsletter", 4, 2, 3, 3, 1, "07 Dec 00:02"),
    ]


def test_who_is_never_refused_has_no_date():
    assert bulk_senders(traffic(), pa.array(["pass"] * len(SENDS))) == [
        Stopped("paper-1", "newsletter", 4, 4, 4, 3, 0, None),
    ]


def test_ordinary_people_are_counted_whether_they_send_or_not():
    assert ordinary_people(traffic(), OUTCOMES) == Touched(people=4, refused=1, sends=2, refused_sends=1)
