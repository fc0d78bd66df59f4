from pathlib import Path

import pytest

from ecluse.errors import InputError
from ecluse.terms import SHIPPED, TermsError, load_terms
from ecluse.terms.nodes import DOCUMENT_BYTES_MAX


def test_a_file_is_read(tmp_path):
    path = tmp_path / "open.yaml"
    path.write_text("{id: open, version: 1, title: Öffentlich, rules: []}", encoding="utf-8-sig")
    assert load_terms(path).title == load_terms(str(path)).title == "Öffentlich"


def test_the_shipped_documents_are_read_by_their_id():
    assert [load_terms(name).id for name in SHIPPED] == list(SHIPPED)
    assert load_terms(Path("starter")).digest == load_terms("starter").digest


def test_a_file_goes_before_a_shipped_document(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("starter").write_text("{id: own, version: 1, title: Own, rules: []}")
    assert [load_terms("starter").id, load_terms(Path("starter")).id] == ["own", "own"]


@pytest.mark.parametrize("path", ["nowhere.yaml", ".", "nul\0", Path("nowhere")], ids=str)
def test_what_cannot_be_read_is_said(path):
    with pytest.raises(InputError) as caught:
        load_terms(path)
    expected = "a file that can be read, or one of: december-2019, election, personal, starter"
    assert (caught.value.field, caught.value.expected) == ("terms", expected)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id: Öl\ntitle: Ö".encode() + b"\xff", "2:9: this is not UTF-8"),
        (b"x" * (DOCUMENT_BYTES_MAX + 1), "1:1: the document is larger than 256 KiB"),
    ],
    ids=["not UTF-8", "large"],
)
def test_files_with_faults(tmp_path, content, message):
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(TermsError) as caught:
        load_terms(path)
    assert str(caught.value) == f"{path}:{message}"
