import numpy as np
import pytest

from ecluse.lab.wording import NEW_YEAR
from tests.lab.scenes import answered_share, by_account, known_share, own, scene, variation


@pytest.mark.parametrize(("scenario", "contacts"), [("wedding", 80), ("new-year", 120)])
def test_one_text_goes_to_every_contact_by_hand(scenario, contacts):
    sends = by_account(scene(scenario))
    assert len(sends) == 20
    for account, events in sends.items():
        assert account.startswith("personal-")
        greeting = events[0]["text"]
        greetings = [event for event in events if event["text"] == greeting]
        assert len(greetings) == len({event["recipients"][0] for event in greetings}) == contacts
        assert variation(greetings) > 0.7


def test_all_of_them_wrote_with_each_other_before():
    assert known_share(scene("wedding")) == 1.0
    assert known_share(scene("new-year")) == 1.0


def test_wishes_go_to_people_last_written_with_at_the_turn_of_the_year_before():
    played = scene("new-year")
    before_days = -played.draft.at_ms[: played.begin] / 86_400_000
    assert (np.floor(before_days.min()), np.ceil(before_days.max())) == (357, 372)
    days = {event["at"].date().isoformat() for event in own(played) if event["text"] == NEW_YEAR}
    assert days == {"2019-12-31", "2020-01-01"}


def test_answers_come_as_acquaintances_give_them():
    assert 0.85 <= answered_share(scene("wedding")) <= 0.95
    assert 0.65 <= answered_share(scene("new-year")) <= 0.8
