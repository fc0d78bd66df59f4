from pathlib import Path

import pytest

from ecluse.errors import InputError
from ecluse.stores.rollout import Deed, activate, end_rehearsal, rehearse, roll_back, start
from ecluse.stores.terms_history import TermsHistory
from ecluse.terms import Versions, parse_terms

NOW = 1_700_000_000
BY = {"who": "ada", "why": "because", "now_s": NOW}


def terms(version, effective=None):
    dates = f", effective: {effective}" if effective else ""
    return parse_terms(f"{{id: t, version: {version}, title: T{dates}, rules: []}}")


ONE, TWO, LATER = terms(1), terms(2), terms(3, "2030-01-01")


def named(versions):
    return [(entry.terms.name, entry.from_s) for entry in versions.entries]


def test_a_gate_starts_with_the_terms_that_it_is_given():
    change = start(None, (), ONE, who="ada", now_s=NOW)
    assert (change.act.deed, change.act.from_s, named(change.versions)) == (Deed.START, 0, [("t@1", 0)])
    assert start(change.versions, {ONE.digest}, ONE, who="ada", now_s=NOW) is None
    assert start(change.versions, {ONE.digest}, None, who="ada", now_s=NOW) is None
    later = start(change.versions, {ONE.digest}, TWO, who="ada", now_s=NOW)
    assert (later.act.deed, named(later.versions)) == (Deed.ACTIVATE, [("t@1", 0), ("t@2", NOW)])


@pytest.mark.parametrize(
    ("given", "from_s", "expected_s"),
    [(TWO, None, NOW), (TWO, NOW + 60, NOW + 60), (LATER, None, LATER.effective_s), (LATER, NOW, NOW)],
)
def test_a_version_comes_into_force(given, from_s, expected_s):
    change = activate(Versions.of(ONE), given, from_s, **BY)
    assert named(change.versions) == [("t@1", 0), (given.name, expected_s)]
    assert change.act == (NOW, "ada", Deed.ACTIVATE, given.name, given.digest, expected_s, "because")


@pytest.mark.parametrize(
    ("given", "from_s", "why", "field"),
    [(TWO, NOW - 1, "x", "from"), (ONE, None, "x", "terms"), (TWO, None, " ", "why"), (TWO, None, "x" * 1_001, "why")],
)
def test_what_can_not_come_into_force(given, from_s, why, field):
    with pytest.raises(InputError) as refused:
        activate(Versions.of(ONE), given, from_s, who="ada", why=why, now_s=NOW)
    assert refused.value.field == field


def test_back_to_the_version_before_or_without_the_one_to_come():
    both = activate(Versions.of(ONE), TWO, None, **BY).versions
    assert named(roll_back(both, **BY | {"now_s": NOW + 9}).versions)[-1] == ("t@1", NOW + 9)
    to_come = activate(both, LATER, None, **BY).versions
    assert named(roll_back(to_come, **BY).versions) == named(both)
    with pytest.raises(InputError, match="nothing to go back to"):
        roll_back(Versions.of(ONE), **BY)


def test_a_rehearsal_begins_and_ends():
    change = rehearse(Versions.of(ONE), TWO, **BY)
    assert (change.versions.rehearsed, named(change.versions)) == (TWO, [("t@1", 0)])
    assert end_rehearsal(change.versions, **BY).versions.digest == Versions.of(ONE).digest
    with pytest.raises(InputError, match="none are"):
        end_rehearsal(Versions.of(ONE), **BY)


def test_the_history_keeps_what_was_done(tmp_path: Path):
    first = start(None, (), ONE, who="ada", now_s=NOW)
    second = activate(first.versions, TWO, None, **BY)
    third = rehearse(second.versions, LATER, **BY)
    with TermsHistory(tmp_path / "terms.sqlite") as history:
        assert history.versions() is None
        for change in (first, second, third):
            history.record(change)
    with TermsHistory(tmp_path / "terms.sqlite") as again:
        assert again.acts() == [first.act, second.act, third.act]
        assert again.versions().digest == third.versions.digest
        assert again.known() == {ONE.digest, TWO.digest}
