import pytest

from ecluse.errors import InputError
from ecluse.terms import TermsError
from ecluse.trials import find_suites, load_suite, run_suite
from tests.trials.making import TERMS

CASES = (
    "now: 2024-03-01\ncases: [{case: it, steps: [{send: ada, to_each: p 1..4, expect: {events: 4, rules: [three]}}]}]\n"
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "small.yaml").write_text(TERMS)
    (tmp_path / "small_test.yaml").write_text(CASES)
    return tmp_path


def test_cases_are_found_by_their_file_their_terms_or_their_folder(folder, monkeypatch):
    expected = [folder / "small_test.yaml"]
    for name in (folder / "small_test.yaml", folder / "small.yaml", folder):
        assert find_suites([str(name)]) == expected
    assert find_suites([str(folder), str(folder / "small.yaml")]) == expected
    monkeypatch.chdir(folder)
    assert [path.name for path in find_suites([])] == ["small_test.yaml"]


def test_the_terms_beside_are_tested_or_those_named(folder):
    assert run_suite(load_suite(folder / "small_test.yaml")).failed == 0
    (folder / "other_test.yaml").write_text("terms: small.yaml\n" + CASES)
    assert run_suite(load_suite(folder / "other_test.yaml")).failed == 0
    (folder / "starter_test.yaml").write_text("terms: starter\n" + CASES.replace("[three]", "[]"))
    assert run_suite(load_suite(folder / "starter_test.yaml")).failed == 0


def test_what_is_not_there_is_told(folder):
    for name in ("nothing.yaml", "nothing_test.yaml", "nothing"):
        with pytest.raises(InputError):
            find_suites([name])
    (folder / "empty").mkdir()
    with pytest.raises(InputError):
        find_suites([str(folder / "empty")])
    (folder / "lost_test.yaml").write_text(CASES)
    with pytest.raises(TermsError, match=r"lost\.yaml.* is not a file that can be read"):
        load_suite(folder / "lost_test.yaml")
    (folder / "lost_test.yaml").write_text("terms: gone\n" + CASES)
    with pytest.raises(TermsError, match=r"lost_test\.yaml:1:8: terms: "):
        load_suite(folder / "lost_test.yaml")


def test_terms_are_in_force_when_they_say_always_or_from_a_date(folder):
    dated = TERMS.replace("version: 1", "version: 1\nannounced: 2024-06-01\neffective: 2024-12-07")
    (folder / "small.yaml").write_text(dated)
    expected = {"": "none", "in_force: always\n": "small@1", "in_force: 2024-02-01\n": "small@1"}
    for head, name in expected.items():
        step = f"{{send: ada, to: bob, expect: {{terms: {name}}}}}"
        (folder / "small_test.yaml").write_text(f"now: 2024-03-01\n{head}cases: [{{case: it, steps: [{step}]}}]\n")
        (case,) = run_suite(load_suite(folder / "small_test.yaml")).cases
        assert case.failures == (), head


def test_versions_stand_beside_each_other(folder):
    (folder / "next.yaml").write_text(TERMS.replace("version: 1", "version: 2\neffective: 2024-03-02"))
    (folder / "both_test.yaml").write_text(
        "terms: [small.yaml, next.yaml]\nnow: 2024-03-01\ncases:\n  - case: it\n    steps:\n"
        "      - {send: ada, to: bob, expect: {terms: small@1}}\n"
        "      - {send: ada, at: 2024-03-02, to: bob, expect: {terms: small@2}}\n"
    )
    (case,) = run_suite(load_suite(folder / "both_test.yaml")).cases
    assert case.failures == ()
