import re
from pathlib import Path

import pytest

from ecluse.errors import InputError
from ecluse.lab.scenarios import CONTENT, PROVIDER, SCENARIOS, choose
from ecluse.ledger import SIGNALS
from tests.lab.scenes import own, scene

PAGE = Path(__file__).parents[2] / "docs" / "lab.md"


def test_there_are_as_many_as_were_asked_for():
    honest = [scenario.honest for scenario in SCENARIOS.values()]
    assert (honest.count(False), honest.count(True)) == (17, 17)
    assert honest == sorted(honest)


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=lambda scenario: scenario.id)
def test_what_shows_it_is_a_signal_or_comes_from_many_senders(scenario):
    signals = {signal.name.partition(".")[0] for signal in SIGNALS}
    assert set(scenario.seen_by) <= signals | {CONTENT, PROVIDER}
    assert scenario.seen_by != ()


def test_some_are_chosen_in_their_order():
    assert [scenario.id for scenario in choose(["wedding", "burst"])] == ["burst", "wedding"]
    assert choose([]) == list(SCENARIOS.values())


def test_an_unknown_one_is_named():
    with pytest.raises(InputError) as caught:
        choose(["burst", "pigeons"])
    assert (caught.value.field, caught.value.value) == ("scenario", "'pigeons'")


@pytest.mark.parametrize("scenario", [id_ for id_, one in SCENARIOS.items() if not one.honest])
def test_an_attack_carries_what_content_and_provider_signals_look_at(scenario):
    writing = [event for event in own(scene(scenario)) if event["kind"] in ("send", "forward")]
    assert all(event["text"] or event["fingerprint"] is not None for event in writing)
    assert all(event["network"] for event in writing)


def test_the_page_lists_every_scenario_with_its_title_and_signals():
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]*) \| [^|]* \| [^|]* \| ([^|]*) \|$", PAGE.read_text(), re.MULTILINE)
    listed = {id_: (title, seen) for id_, title, seen in rows}
    assert listed == {id_: (one.title, ", ".join(one.seen_by)) for id_, one in SCENARIOS.items()}
