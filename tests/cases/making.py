"""A case with something of everything."""

import io

from PIL import Image

from ecluse import wire
from ecluse.cases.case import add_entry, add_party, open_case
from ecluse.cases.evidence import add_evidence
from ecluse.cases.letters import draft_letter, letter_answered, letter_sent
from ecluse.cases.service_evidence import add_ledger, collect
from ecluse.terms import load_terms
from tests.transparency.making import report, sanction, strike

NOW_S = 1_795_500_000
DAY_S = 86_400


def png():
    """A little picture."""
    file = io.BytesIO()
    Image.new("RGB", (320, 120), (194, 65, 12)).save(file, "PNG")
    return file.getvalue()


ACCOUNT = wire.Account(
    account="sender-1",
    known=True,
    at_s=NOW_S,
    kind="business",
    registered_s=NOW_S - 90 * DAY_S,
    last_send_s=NOW_S - 5,
    rows=[wire.LedgerRow(f"{n:016x}", "person", 1, NOW_S - n, NOW_S - n, None, 1) for n in range(1, 60)],
    signals=[wire.SignalValue("strangers.1h", 59.0, "peers")],
    limits=[wire.Limit("strangers-hour", "strangers.1h", 59.0, "peers", ">", 50.0, True)],
    terms="starter@1",
)


def whole_case(session, terms=None):
    """A provider that sells newsletters: evidence from within and without, letters, a timeline."""
    terms = terms or load_terms("december-2019")
    case = open_case(
        session,
        title="Newsletters by Rundbrief GmbH",
        summary="Sells a service that sends one message to thousands of people who never wrote to its clients.",
        terms=terms,
        rules=[terms.rules[0].id],
        technique="Sends through many accounts, each below the limits.",
        marks=["Messenger™"],
        relief=["stop offering it", "remove the site"],
        accepted_s=NOW_S - 400 * DAY_S,
        cutoff_s=NOW_S + 14 * DAY_S,
        at_s=NOW_S,
        who="ada",
    )
    by = {"at_s": NOW_S + 60, "who": "ada"}
    add_party(
        session, case, role="respondent", name="Rundbrief GmbH", subject_kind="provider", subject="rundbrief", **by
    )
    add_party(session, case, role="client", name="Tageblatt", subject_kind="account", subject="sender-1", **by)
    add_evidence(
        session,
        case,
        origin="outside",
        kind="claim",
        title="Price list",
        text="80,000 messages a day, to anybody, without opt-in. 1,900 € a month.",
        url="https://rundbrief.example/preise",
        found_by="Bob",
        found_s=NOW_S - DAY_S,
        content=png(),
        media_type="image/png",
        file_name="preise ../../../etc/passwd.png",
        **by,
    )
    rests_on = {"terms_digest": terms.digest, "terms": terms.name}
    session.add_all(
        [
            strike(subject="sender-1", **rests_on, figures=[{"signal": "strangers.1h"}]),
            sanction(subject="sender-1", **rests_on),
            report(subject="sender-1", reporter="secret-victim"),
        ]
    )
    session.flush()
    add_ledger(session, case, ACCOUNT, **by)
    collect(session, case, "account", "sender-1", **by)
    add_entry(session, case, happened_s=NOW_S - 2 * DAY_S, kind="event", words="First newsletter seen.", **by)
    letter = draft_letter(
        session,
        case,
        kind="cease_and_desist",
        recipient="Rundbrief GmbH",
        address="Gasse 1, 80331 München",
        service="Messenger",
        answer_due_s=NOW_S + 14 * DAY_S,
        **by,
    )
    letter_sent(session, case, letter, sent_s=NOW_S + DAY_S, sent_by="bailiff", at_s=NOW_S + DAY_S, who="ada")
    later = NOW_S + 9 * DAY_S
    letter_answered(session, case, letter, answered_s=later, answer="We see no breach.", at_s=later, who="ada")
    return case
