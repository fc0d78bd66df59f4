"""Rows of records for reports to count, with whatever a test does not care about filled in."""

from itertools import count

from ecluse.records.tables import Appeal, Complaint, Report, Sanction, SanctionStrike, Strike

NOVEMBER_S = 1_793_491_200
"""2026-11-01."""

_NUMBERS = count(1)


def sanction(**fields):
    made_s = fields.get("made_s", NOVEMBER_S)
    plain = {
        **{"subject_kind": "account", "subject": f"account-{next(_NUMBERS)}", "measure": "suspension", "step": "1"},
        **{
            "status": "in_force",
            "made_s": made_s,
            "from_s": made_s,
            "rule": "strangers-hour",
            "clause": "Few strangers.",
        },
        **{"terms": "starter@1", "terms_digest": "d" * 64, "facts": "51 strangers", "figures": []},
        **{"found_by": "gate", "decided_by": "gate", "automated_detection": True, "automated_decision": "fully"},
        **{"signatures_needed": 0, "reports_before": 0, "account_type": "private"},
    }
    return Sanction(**{**plain, **fields})


def strike(**fields):
    at_s = fields.get("at_s", NOVEMBER_S)
    plain = {
        **{
            "subject_kind": "account",
            "subject": "account-1",
            "at_s": at_s,
            "first_s": at_s,
            "expires_s": at_s + 86_400,
        },
        **{"rule": "strangers-hour", "clause": "Few strangers.", "terms": "starter@1", "terms_digest": "d" * 64},
        **{"refusals": 1, "figures": [], "events": [], "by": "gate"},
    }
    return Strike(**{**plain, **fields})


def resting(sanction_, strike_):
    return SanctionStrike(sanction_id=sanction_.id, strike_id=strike_.id)


def appeal(sanction_, **fields):
    received_s = fields.get("received_s", NOVEMBER_S)
    plain = {
        **{"sanction_id": sanction_.id, "subject_kind": "account", "subject": sanction_.subject, "kind": "appeal"},
        **{"words": "It was a wedding.", "language": "en", "received_s": received_s, "acknowledged_s": received_s},
        **{"due_s": received_s + 15 * 86_400, "status": "open", "external": {}},
    }
    return Appeal(**{**plain, **fields})


def report(**fields):
    number = next(_NUMBERS)
    received_s = fields.get("received_s", NOVEMBER_S)
    plain = {
        **{"kind": "report", "reporter": f"reporter-{number}", "subject": "account-1", "at_s": received_s},
        **{"received_s": received_s, "source": "user", "category": "bulk", "weight": 1.0, "request": f"r-{number}"},
        **{"details": {}},
    }
    return Report(**{**plain, **fields})


def complaint(**fields):
    received_s = fields.get("received_s", NOVEMBER_S)
    plain = {
        **{"kind": "support", "by": f"by-{next(_NUMBERS)}", "words": "Help.", "region": "IN", "received_s": received_s},
        **{"due_s": received_s + 15 * 86_400, "status": "open", "appellate_order": False},
    }
    return Complaint(**{**plain, **fields})
