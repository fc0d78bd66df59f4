"""A campaign in a case: drawn in the page, as tables, as Parquet, and under the seal."""

import io
import subprocess
import zipfile

import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest

from ecluse import wire
from ecluse.cases.campaign_picture import MEMBERS_SHOWN, picture
from ecluse.cases.case import open_case
from ecluse.cases.contents import contents_of
from ecluse.cases.evidence import add_evidence
from ecluse.cases.seal import write_bundle
from ecluse.cases.sealing_key import SealingKey
from ecluse.cases.service_evidence import add_campaign
from ecluse.cases.verify import verify_file
from ecluse.errors import EcluseError, InputError
from ecluse.records import Records
from ecluse.terms import load_terms
from tests.cases.making import NOW_S


def graph(accounts=30, sorts=("content", "domain")):
    """Accounts of which each shares the first thing, and every other one the second, too."""
    keys = [f"{n + 1:016x}" for n in range(accounts)]
    counts = {sort: keys[:: k + 1] for k, sort in enumerate(sorts)}
    edges = [
        wire.CampaignEdge(account, sort, f"{k + 171:016x}", n % 7 + 1, n % 7, NOW_S - 90, NOW_S)
        for n, account in enumerate(keys)
        for k, sort in enumerate(sorts)
        if account in counts[sort]
    ]
    lines = [
        wire.CampaignEvidence(
            *(sort, f"{k + 171:016x}", len(counts[sort])),
            sum(edge.recipients for edge in edges if edge.sort == sort),
            sum(edge.strangers for edge in edges if edge.sort == sort),
        )
        for k, sort in enumerate(sorts)
    ]
    return wire.CampaignGraph(
        **{"id": "00000000000000c1", "found_s": NOW_S - 60, "first_s": NOW_S - 90, "last_s": NOW_S},
        **{"accounts": accounts, "recipients": 120, "strangers": 110, "evidence": lines},
        members=[wire.CampaignMember(key, NOW_S - 90) for key in keys],
        edges=edges,
    )


@pytest.fixture
def bundle(records_url, tmp_path):
    key = SealingKey.of_folder(tmp_path)
    with Records(records_url, migrate=True) as records, records.writing() as session:
        case = open_case(
            session, title="One sender", summary="s", terms=load_terms("december-2019"), rules=None, at_s=NOW_S, who="a"
        )
        add_campaign(session, case, graph(), at_s=NOW_S, who="ada")
        found = contents_of(session, case, key.public, at_s=NOW_S, who="ada")
    file = io.BytesIO()
    write_bundle(file, found.contents, key, about="case 1", made_at="2026-11-24T00:00:00Z", audit=found.audit)
    return file.getvalue()


def test_nodes_and_edges_are_tables_and_all_is_sealed(bundle):
    manifest = verify_file(io.BytesIO(bundle))
    assert [part.path for part in manifest.parts][3:6] == [
        "evidence/0001-campaign.json",
        "evidence/0001-campaign-nodes.parquet",
        "evidence/0001-campaign-edges.parquet",
    ]
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        nodes = pq.read_table(io.BytesIO(archive.read("evidence/0001-campaign-nodes.parquet")))
        edges = pq.read_table(io.BytesIO(archive.read("evidence/0001-campaign-edges.parquet")))
        document = msgspec.json.decode(archive.read("evidence/0001-campaign.json"), type=wire.CampaignGraph)
    assert document == graph()
    assert nodes["sort"].to_pylist() == ["account"] * 30 + ["content", "domain"]
    assert set(edges["account"].to_pylist()) | set(edges["thing"].to_pylist()) == set(nodes["node"].to_pylist())
    assert edges.num_rows == 45
    assert sum(edges["strangers"].to_pylist()) == sum(line.strangers for line in graph().evidence)


@pytest.mark.parametrize("part", ["-nodes.parquet", "-edges.parquet", "campaign.json", "case.html"])
def test_a_changed_byte_of_the_campaign_is_found(bundle, part):
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        info = next(one for one in archive.infolist() if one.filename.endswith(part))
        start = info.header_offset + 30 + len(info.filename) + len(info.extra)
    for place in np.linspace(start, start + info.file_size - 1, 40).astype(int).tolist():
        changed = bytearray(bundle)
        changed[place] ^= 1
        with pytest.raises(EcluseError):
            verify_file(io.BytesIO(bytes(changed)))


def test_the_page_draws_it_with_its_tables(bundle, chromium, tmp_path):
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        archive.extractall(tmp_path / "unpacked")
    page = (tmp_path / "unpacked" / "case.html").as_uri()
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert (shown.count('class="member"'), shown.count('class="thing"')) == (30, 2)
    assert shown.count("<script") == 0
    assert "30 accounts wrote to 120 people, 110 of them strangers" in shown
    assert "00000000000000ac" in shown  # a thing, in its table
    assert f"<code>{30:016x}</code>" in shown


def test_the_picture_is_bounded_the_same_each_time_and_apart(bundle):
    large = graph(MEMBERS_SHOWN + 40, ("content", "domain", "provider", "network", "rhythm"))
    drawn = picture(large)
    assert drawn == picture(large)
    assert drawn.count('class="member"') == MEMBERS_SHOWN
    assert f"({MEMBERS_SHOWN} shown)" in drawn
    places = {tuple(part.split('"')[:3:2]) for part in drawn.split('<g class="thing"><circle cx="')[1:]}
    assert len(places) == 5
    assert "nan" not in drawn


def test_what_is_no_campaign_is_not_taken_as_one(records_url):
    with Records(records_url, migrate=True) as records, records.writing() as session:
        case = open_case(
            session, title="t", summary="s", terms=load_terms("december-2019"), rules=None, at_s=NOW_S, who="a"
        )
        given = {"title": "t", "found_by": "a", "found_s": NOW_S, "at_s": NOW_S, "who": "a"}
        with pytest.raises(InputError) as refused:
            add_evidence(
                session, case, origin="service", kind="campaign", content=b"{}", media_type="application/json", **given
            )
        assert refused.value.field == "content"
