import json
import re

import pyarrow.parquet as pq
import pytest

from ecluse.errors import InputError
from ecluse.replay import Logs, replay
from ecluse.replay.campaigns import CampaignLog
from ecluse.terms import load_terms
from tests.replay.making import NO_RULES, START_S

OFFER = "Need money fast? Up to 10,000 today, no papers, straight to your account. Ask us now"


@pytest.fixture
def log(tmp_path):
    """Thirty fresh accounts take turns for five hours; one more person writes to a friend."""
    lines = ["sender,recipient,at,registered_at,text"]
    for turn in range(5):
        for account in range(30):
            at_s = START_S + 3_600 * turn + 60 * account
            lines.append(f'sim{account},{account} to {turn},{at_s},{START_S - 345_600},"{OFFER}"')
    lines.append(f"ada,bob,{START_S + 20_000},{START_S - 34_560_000},Are you home by six?")
    path = tmp_path / "log.csv"
    path.write_text("\n".join([*lines, ""]))
    return path


def test_members_are_written_by_the_names_of_the_log(log, tmp_path):
    replay(Logs([log]), NO_RULES, campaigns=tmp_path / "members.parquet")
    rows = pq.read_table(tmp_path / "members.parquet").to_pylist()
    assert [row["account"] for row in rows] == [f"sim{account}" for account in range(30)]
    assert len({row["campaign"] for row in rows}) == 1
    assert {(row["accounts"], row["recipients"], row["strangers"]) for row in rows} == {(30, 150, 150)}
    assert int(rows[1]["joined_at"].timestamp()) == START_S + 60


def test_a_page_shows_how_they_grew_and_what_was_held_back(log, tmp_path):
    terms = load_terms("starter")
    replay(Logs([log]), terms, campaigns=tmp_path / "campaigns.html")
    page = (tmp_path / "campaigns.html").read_text()
    (drawn,) = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])["campaigns"]
    assert drawn["members"] == list(range(1, 31))
    assert sum(drawn["held"]) == 150 - 100
    assert "sim0, sim1, sim2 and 27 more" in page
    assert "30 accounts" in page


def test_without_any_the_page_says_so(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(f"sender,recipient,at\nada,bob,{START_S}\n")
    replay(Logs([path]), NO_RULES, campaigns=tmp_path / "campaigns.html")
    assert "No accounts were as one sender." in (tmp_path / "campaigns.html").read_text()


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(InputError):
        CampaignLog(tmp_path / "campaigns.csv")
