import json

import pytest
from typer.testing import CliRunner

from ecluse.cli.terms import terms_app

HEAD = "id: a\nversion: 1\ntitle: t\nrules:\n"
SOUND = HEAD + "- {id: r, clause: Few., when: [strangers.1h > 5], then: refuse, basis: x}\n"
DOUBTFUL = HEAD + "- {id: r, clause: Few., when: [strangers.1h > 5, recipients.1h > 1], then: refuse, basis: x}\n"
WRONG = HEAD + "- {id: r, clause: Few., when: [reply_ratio.1h > 1], then: refuse, basis: x}\n"
FAULTY = HEAD + "- {id: r, clause: Few., when: [stranger.1h > 1], then: refuse}\n"


def run(*arguments):
    return CliRunner().invoke(terms_app, ["lint", *map(str, arguments)])


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize(
    ("text", "exit_code", "strict_exit_code"), [(SOUND, 0, 0), (DOUBTFUL, 0, 1), (WRONG, 1, 1), (FAULTY, 1, 1)]
)
def test_errors_count_and_warnings_do_if_strict(write, text, exit_code, strict_exit_code):
    path = write("terms.yaml", text)
    assert (run(path).exit_code, run("--strict", path).exit_code) == (exit_code, strict_exit_code)


def test_a_finding_is_shown_with_its_line(write):
    path = write("terms.yaml", "\ufeff" + DOUBTFUL)
    assert run(path).stdout.splitlines()[3:] == [
        f"{path}:5:50: warning: rules[0].when[1]: `recipients.1h > 1` says nothing more, for it holds whenever "
        "`strangers.1h > 5` does: drop it, or mean another [implied]",
        "     5 │ - {id: r, clause: Few., when: [strangers.1h > 5, recipients.1h > 1], then: refuse, basis: x}",
        "       │                                                  ^",
        "0 errors, 1 warning, 1 hint.",
    ]


def test_faults_are_shown_like_findings(write):
    path = write("terms.yaml", FAULTY)
    assert run(path).stdout == (
        f"{path}:5:32: error: rules[0].when[0]: unknown signal `stranger.1h`; did you mean `strangers.1h`? [fault]\n"
        "     5 │ - {id: r, clause: Few., when: [stranger.1h > 1], then: refuse}\n"
        "       │                                ^\n"
        "1 error, 0 warnings, 0 hints.\n"
    )


def test_json_has_all_documents(write):
    path = write("terms.yaml", DOUBTFUL)
    result = json.loads(run("--json", "starter", path, write("faulty.yaml", FAULTY)).stdout)
    assert {name: result[name] for name in ("errors", "warnings")} == {"errors": 1, "warnings": 1}
    assert [one["terms"] for one in result["documents"]] == ["starter@1", "a@1", None]
    (finding,) = [one for one in result["documents"][1]["findings"] if one["severity"] == "warning"]
    assert finding == {
        "line": 5,
        "column": 50,
        "field": "rules[0].when[1]",
        "severity": "warning",
        "code": "implied",
        "message": "`recipients.1h > 1` says nothing more, for it holds whenever `strangers.1h > 5` does: drop it, or "
        "mean another",
    }


def test_nothing_to_read():
    assert run("nowhere.yaml").exit_code == 2


def test_starter_is_clean_even_if_strict():
    assert run("--strict", "starter").exit_code == 0
