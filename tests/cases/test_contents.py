"""A case's bundle: what is in it, who is not named in it, and how it looks in a browser."""

import io
import json
import subprocess
import zipfile

import pyarrow.parquet as pq
import pytest

from ecluse.cases.case import find_case, open_case, set_status
from ecluse.cases.contents import contents_of
from ecluse.cases.evidence import add_evidence
from ecluse.cases.letters import LANGUAGES, draft_letter
from ecluse.cases.seal import write_bundle
from ecluse.cases.sealing_key import SealingKey
from ecluse.cases.verify import verify_file
from ecluse.errors import InputError
from ecluse.records import Records
from ecluse.records.audit import verify
from ecluse.sanctions.subjects import NotFoundError
from ecluse.terms import LANGUAGES as TERMS_LANGUAGES
from ecluse.terms import load_terms
from tests.cases.making import NOW_S, whole_case


@pytest.fixture
def records(records_url):
    with Records(records_url, migrate=True) as found:
        yield found


@pytest.fixture
def bundle(records, tmp_path):
    """The bundle of a whole case, as a zip."""
    key = SealingKey.of_folder(tmp_path)
    with records.writing() as session:
        case = whole_case(session)
        found = contents_of(session, case, key.public, at_s=NOW_S, who="ada")
    file = io.BytesIO()
    write_bundle(file, found.contents, key, about="case 1", made_at="2026-11-24T00:00:00Z", audit=found.audit)
    return file


def test_a_bundle_has_everything_and_names_no_reporter(bundle, records):
    manifest = verify_file(io.BytesIO(bundle.getvalue()))
    assert [part.path for part in manifest.parts] == [
        *("case.html", "verify.txt", "case.json", "evidence/0001-claim.png"),
        *("evidence/0002-ledger.json", "evidence/0002-ledger.parquet"),
        *("evidence/0003-verdicts.json", "evidence/0003-verdicts.parquet"),
        *("evidence/0004-sanctions.json", "evidence/0004-sanctions.parquet"),
        *("evidence/0005-reports.json", "evidence/0005-reports.parquet", "evidence/0006-terms.yaml"),
        *("letters/0001-cease-and-desist.txt", "audit.json", "public-key.pem", "sha256sums"),
    ]
    assert b"secret-victim" not in bundle.getvalue()
    assert b"etc/passwd" in bundle.getvalue()  # as words in the page and the data, never as the name of a part
    with records.reading() as session:
        assert verify(session) == []


def test_rows_of_a_ledger_are_a_table(bundle):
    with zipfile.ZipFile(bundle) as archive:
        rows = pq.read_table(io.BytesIO(archive.read("evidence/0002-ledger.parquet")))
        document = json.loads(archive.read("evidence/0002-ledger.json"))
    assert rows.num_rows == len(document["rows"]) == 59
    assert rows["peer"].to_pylist() == [row["peer"] for row in document["rows"]]
    assert int(rows["first_wrote_s"][0].as_py().timestamp()) == document["rows"][0]["first_wrote_s"]


def test_the_terms_are_those_that_were_broken(bundle):
    with zipfile.ZipFile(bundle) as archive:
        assert archive.read("evidence/0006-terms.yaml").decode() == load_terms("december-2019").source


def test_the_page_opens_in_a_browser_and_runs_nothing(bundle, chromium, tmp_path):
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "unpacked")
    page = tmp_path / "unpacked" / "case.html"
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page.as_uri()]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert "<h1>Newsletters by Rundbrief GmbH" in shown
    assert "We see no breach." in shown
    assert "<script" not in shown


def test_what_strangers_wrote_is_only_words(records, tmp_path):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}"
    key = SealingKey.of_folder(tmp_path)
    with records.writing() as session:
        case = open_case(session, title=evil, summary=evil, terms=load_terms("starter"), at_s=NOW_S, who=evil)
        add_evidence(
            session, case, origin="outside", kind="claim", title=evil, text=evil, found_by=evil, found_s=NOW_S,
            at_s=NOW_S, who="ada", content=evil.encode(), media_type="text/html", file_name=evil,
        )  # fmt: skip
        letter = draft_letter(
            session, case, kind="notice", recipient=evil, service=evil, answer_due_s=NOW_S, at_s=NOW_S, who="ada"
        )
        found = contents_of(session, case, key.public, at_s=NOW_S, who="ada")
    page = found.contents[0].content.decode()
    assert "<script" not in page
    assert "<img" not in page
    assert "{{ 7 * 7 }}" in letter.body
    assert "evidence/0001-claim.html.txt" in {part.path for part in found.contents}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["notice", "cease_and_desist"])
def test_letters_say_the_facts_in_each_language(tmp_path, language, kind):
    with Records(tmp_path / "r.sqlite") as records, records.writing() as session:
        case = whole_case(session)
        letter = draft_letter(
            session, case, kind=kind, recipient="Rundbrief GmbH", service="Messenger", answer_due_s=NOW_S, at_s=NOW_S,
            who="ada", language=language,
        )  # fmt: skip
    for fact in ("Rundbrief GmbH", "Messenger", "december-2019@1", "80,000 messages a day", "stop offering it"):
        assert fact in letter.body
    assert "{" not in letter.body + letter.subject
    assert "\n\n\n" not in letter.body


def test_there_is_a_letter_in_every_language_of_terms():
    assert tuple(sorted(TERMS_LANGUAGES)) == LANGUAGES


def test_asked_again_it_is_the_same_case(records):
    with records.writing() as session:
        numbers = [
            open_case(
                session, title="t", summary="s", terms=load_terms("starter"), at_s=NOW_S, who="ada", request="r-1"
            ).id
            for _ in range(2)
        ]
    assert numbers == [1, 1]


def test_evidence_that_cannot_be_kept_is_refused(records):
    plain = {"origin": "outside", "kind": "claim", "title": "t", "found_by": "b", "found_s": 1, "at_s": 1, "who": "a"}
    with records.writing() as session:
        case = open_case(session, title="t", summary="s", terms=load_terms("starter"), at_s=NOW_S, who="ada")
        for field, value in {
            "origin": "above",
            "kind": "ledger",
            "url": "file:///etc/passwd",
            "media_type": "text",
            "title": " ",
            "found_by": "a\0b",
            "text": "x" * 20_001,
        }.items():
            with pytest.raises(InputError) as refused:
                add_evidence(session, case, **{"text": "words", **plain, field: value})
            assert refused.value.field == field
        ledger = {**plain, "origin": "service", "kind": "ledger", "media_type": "application/json"}
        with pytest.raises(InputError, match="JSON as the service has it"):
            add_evidence(session, case, **ledger, content=b"[" * 100_000)
        assert case.evidence == []


def test_a_status_is_changed_with_a_reason(records):
    with records.writing() as session:
        case = open_case(session, title="t", summary="s", terms=load_terms("starter"), at_s=NOW_S, who="ada")
        set_status(session, case, "closed", why="settled", at_s=NOW_S + 1, who="ada")
        assert (case.status, case.closed_s, case.closed_why) == ("closed", NOW_S + 1, "settled")
        with pytest.raises(InputError):
            set_status(session, case, "closed", why="again", at_s=NOW_S + 1, who="ada")
        with pytest.raises(NotFoundError):
            find_case(session, 2)
