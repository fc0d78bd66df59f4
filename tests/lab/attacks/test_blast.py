import pytest

from ecluse.lab.scenarios import SCENARIOS
from tests.lab.scenes import by_account, own, scene, variation


@pytest.mark.parametrize(
    ("scenario", "accounts", "recipients"),
    [
        *(("burst", 5, 600), ("unreported", 5, 600), ("random-gaps", 5, 400)),
        *((scenario, 10, 300) for scenario in ("spun", "homoglyphs", "images")),
    ],
)
def test_each_account_writes_once_to_each_of_its_strangers(scenario, accounts, recipients):
    sends = by_account(scene(scenario))
    assert len(sends) == accounts
    for events in sends.values():
        assert len(events) == len({event["recipients"][0] for event in events}) == recipients


def test_a_burst_comes_from_an_account_minutes_old_and_is_over_in_two():
    for events in by_account(scene("burst")).values():
        age_s = (events[0]["at"] - events[0]["registered_at"]).total_seconds()
        assert age_s == pytest.approx(300, abs=5)
        assert (events[-1]["at"] - events[0]["at"]).total_seconds() == pytest.approx(600 * 0.15, rel=0.05)
        assert variation(events) < 0.15


@pytest.mark.parametrize(("scenario", "least"), [("random-gaps", 1.0), ("spun", 0.5), ("unreported", 0.3)])
def test_gaps_hide_the_machine(scenario, least):
    for events in by_account(scene(scenario)).values():
        a_day = len(events) // SCENARIOS[scenario].part.days
        assert variation(events[:a_day]) > least


def test_nobody_reports_or_blocks_the_unreported():
    played = scene("unreported")
    names = set(by_account(played))
    about = [event for event in played.events.to_pylist() if event["subject"] in names]
    assert about == []
    assert [event["kind"] for event in scene("burst").events.to_pylist() if event["subject"] == "blaster-1"] != []


def test_what_they_carry_differs_as_said():
    texts = {name: [event["text"] for event in own(scene(name))] for name in ("burst", "spun", "homoglyphs", "images")}
    assert len(set(texts["burst"])) == 5  # one an account
    assert len(set(texts["spun"])) == len(texts["spun"]) == 3_000
    assert len(set(texts["homoglyphs"])) == 3_000
    assert not any(text.isascii() for text in texts["homoglyphs"])
    assert set(texts["images"]) == {None}
    fingerprints = [event["fingerprint"] for event in own(scene("images"))]
    assert len(set(fingerprints)) > 300
    for account in by_account(scene("images")).values():
        first = account[0]["fingerprint"]
        assert max((event["fingerprint"] ^ first).bit_count() for event in account) <= 6
