"""Who began: by the ledgers of a gate."""

import pytest

from ecluse.events import Event
from ecluse.gate import Gate
from ecluse.reports.contact import Contact, contact_of
from ecluse.terms import load_terms

T_MS = 1_700_000_000_000


@pytest.mark.parametrize(
    ("sends", "contact"),
    [
        ([], Contact.NONE),
        (["reporter"], Contact.NONE),
        (["subject"], Contact.APPROACHED),
        (["subject", "reporter"], Contact.APPROACHED),
        (["reporter", "subject"], Contact.ANSWERED),
        (["reporter", "subject", "reporter", "subject"], Contact.ANSWERED),
    ],
)
def test_the_ledgers_know_who_began(sends, contact):
    gate = Gate(load_terms("starter"), secret=b"sixteen bytes or more")
    other = {"subject": "reporter", "reporter": "subject"}
    gate.observe(
        [
            Event(kind="send", at=T_MS + 1_000 * place, sender=sender, recipients=[other[sender]])
            for place, sender in enumerate(sends)
        ]
    )
    assert contact_of(gate, "reporter", "subject") is contact
    gate.decide([Event(kind="report", at=T_MS + 60_000, sender="reporter", subject="subject")] * 3)
    counted = gate.account("subject").signals["reports.24h"]
    assert counted == (1.0 if contact is Contact.APPROACHED else 0.0 if sends else None)


def test_a_member_of_a_group_in_which_the_account_wrote():
    gate = Gate(load_terms("starter"), secret=b"sixteen bytes or more")
    assert contact_of(gate, "reporter", "subject", group="g") is Contact.NONE
    gate.observe([Event(kind="send", at=T_MS, sender="subject", group="g", members=30)])
    assert contact_of(gate, "reporter", "subject") is Contact.NONE
    assert contact_of(gate, "reporter", "subject", group="another") is Contact.NONE
    assert contact_of(gate, "reporter", "subject", group="g") is Contact.GROUP
    assert contact_of(gate, "reporter", "subject", group="subject") is Contact.NONE  # an account is no group
    gate.observe([Event(kind="send", at=T_MS + 1, sender="subject", recipients=["reporter"])])
    assert contact_of(gate, "reporter", "subject", group="g") is Contact.APPROACHED
