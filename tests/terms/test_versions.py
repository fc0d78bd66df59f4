import numpy as np
import pytest

from ecluse.errors import InputError
from ecluse.terms import VERSIONS_MAX, Entry, Versions, parse_terms, parse_versions


def terms(version, announced=None, effective=None, rules="[]"):
    dates = "".join(f"{name}: {date}\n" for name, date in (("announced", announced), ("effective", effective)) if date)
    return parse_terms(f"id: t\nversion: {version}\ntitle: T\n{dates}rules: {rules}\n")


RULE = "[{id: r, clause: C., when: [messages.1h > 1], then: refuse}]"
OLD = terms(1)
NEW = terms(2, "2019-06-11", "2019-12-07", RULE)
DAY_S = 86_400
ANNOUNCED_S, EFFECTIVE_S = 1_560_211_200, 1_575_676_800


def told(versions, at_s):
    program = versions.program(at_s)
    return program.in_force and program.in_force.name, [one.name for one in program.announced]


@pytest.mark.parametrize(
    ("at_s", "before", "beside_another"),
    [
        (0, (None, []), ("t@1", [])),
        (ANNOUNCED_S - 1, (None, []), ("t@1", [])),
        (ANNOUNCED_S, (None, ["t@2"]), ("t@1", ["t@2"])),
        (EFFECTIVE_S - 1, (None, ["t@2"]), ("t@1", ["t@2"])),
        (EFFECTIVE_S, ("t@2", []), ("t@2", [])),
        (EFFECTIVE_S + 400 * DAY_S, ("t@2", []), ("t@2", [])),
    ],
)
def test_the_time_says_which_version_is_in_force(at_s, before, beside_another):
    assert told(Versions.of(NEW), at_s) == before
    assert told(Versions.of(OLD, NEW), at_s) == told(Versions.of(NEW, OLD), at_s) == beside_another


def test_eras_of_many_seconds_are_those_of_each():
    versions = Versions.of(OLD, NEW)
    seconds = np.array([0, ANNOUNCED_S - 1, ANNOUNCED_S, EFFECTIVE_S, EFFECTIVE_S + 1])
    assert versions.eras_of(seconds).tolist() == [0, 0, 1, 2, 2] == [versions.era_of(int(s)) for s in seconds]


def test_always_is_since_ever_and_without_transition():
    versions = Versions.always(NEW)
    assert (len(versions.eras), told(versions, 0), versions.has_unfelt) == (1, ("t@2", []), False)
    assert Versions.of(NEW).has_unfelt


def test_of_two_at_one_second_the_last_counts():
    assert told(Versions([Entry(OLD, 5), Entry(NEW, 5)]), 5) == ("t@2", [])


def test_rules_have_one_number_in_all_eras():
    versions = Versions.of(OLD, NEW).rehearse(terms(3, rules=RULE))
    assert [(one.name, rule.id) for one, rule in versions.rules] == [("t@2", "r"), ("t@3", "r")]
    numbers = [[variant.number for variant in era.program.variants] for era in versions.eras]
    assert numbers == [[1], [0, 1], [0, 1]]


def test_versions_are_read_back():
    versions = Versions([Entry(OLD, 0), Entry(NEW, 77)], rehearsed=terms(3))
    again = parse_versions(versions.source)
    assert (again.digest, again.name) == (versions.digest, "t@1, t@2")
    assert again.rehearsed.name == "t@3"
    assert Versions([Entry(OLD, 0), Entry(NEW, 78)], rehearsed=terms(3)).digest != versions.digest


def test_there_is_a_limit():
    with pytest.raises(InputError, match=f"1 to {VERSIONS_MAX} versions"):
        Versions([Entry(OLD, second) for second in range(VERSIONS_MAX + 1)])
    with pytest.raises(InputError):
        Versions([])
    full = Versions([Entry(OLD, second) for second in range(VERSIONS_MAX)])
    assert [entry.from_s for entry in full.put(NEW, 99).entries] == [*range(1, VERSIONS_MAX), 99]


def test_what_is_too_much_at_a_time_is_refused():
    many = "[" + ", ".join(f"{{id: r{n}, clause: C., when: [messages.1h > 1], then: pass}}" for n in range(256)) + "]"
    documents = [terms(number, "2010-01-01", "2030-01-01", many) for number in range(5)]
    assert len(Versions.of(*documents[:4]).eras[1].program.variants) == 1_024
    with pytest.raises(InputError, match="at most 1024 rules"):
        Versions.of(*documents)
