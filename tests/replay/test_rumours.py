import csv
import random
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ecluse.errors import InputError
from ecluse.replay import Logs, replay
from ecluse.replay.rumours import LOOK_S, SHOWN, RumourLog
from ecluse.terms import parse_terms
from tests.replay.making import NO_RULES, START_S

DAY_S = 86_400
TEXTS = (
    "Schools are closed all next week by order of the mayor, pass it on to every parent",
    "The bank closes every account tomorrow at noon, take out your money while you can",
    "A free phone for the first thousand people who share this message with their family",
)
NO_CONTENTS = "Nothing that was sent by two accounts or more"


def write_log(path, rows, fields=("sender", "recipient", "at", "text", "region", "language", "id")):
    """A log of rows: dicts, of which some fields may be missing."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, fields)
        writer.writeheader()
        writer.writerows(rows)
    return path


def burst(text, at_s, messages, *, accounts=5, every_s=60, **said):
    """Messages of a few accounts, each to somebody who got none before."""
    return [
        {
            "sender": f"{text[:6]} {number % accounts}",
            "recipient": f"{text[:6]} to {at_s} {number}",
            "at": at_s + number * every_s,
            "text": text,
            **said,
        }
        for number in range(messages)
    ]


def rumours_of(tmp_path, *paths, terms=NO_RULES):
    out = tmp_path / "rumours.parquet"
    replay(Logs(list(paths)), terms, rumours=out)
    return pq.read_table(out).to_pylist()


def ranking(rows, region=None, language=None):
    return [row for row in rows if (row["region"], row["language"]) == (region, language)]


def test_what_spread_furthest_is_ranked_for_all_and_for_each_region_and_language(tmp_path):
    schools, bank, phone = TEXTS
    log = [
        *burst(schools, START_S, 40, region="BR-SP", language="pt-BR"),
        *burst(bank, START_S + 2 * DAY_S, 30, region="IN", language="hi"),
        *burst(bank, START_S + 3 * DAY_S, 8, region="BR", language="pt"),
        *burst(phone, START_S + 4 * DAY_S, 50, accounts=1, region="BR", language="pt"),
    ]
    rows = rumours_of(tmp_path, write_log(tmp_path / "log.csv", [row | {"id": f"m{n}"} for n, row in enumerate(log)]))
    everywhere = ranking(rows)
    assert [(row["rank"], row["reached"], row["accounts"], row["event"]) for row in everywhere] == [
        (1, 40, 5, "m0"),
        (2, 30, 5, "m40"),
    ]
    assert everywhere[0]["strangers_share"] == 1.0
    assert everywhere[0]["first_seen"] == datetime.fromtimestamp(START_S, UTC)
    first, second = (row["content"] for row in everywhere)
    told = [(row["content"], row["reached"]) for row in ranking(rows, "BR", "pt")]
    assert told == [(first, 40), (second, 8)]
    assert [(row["content"], row["reached"]) for row in ranking(rows, "IN", "hi")] == [(second, 30)]
    assert len(rows) == 2 + 2 + 1


def test_what_a_gate_has_forgotten_by_the_end_is_still_told(tmp_path):
    old, new, _ = TEXTS
    log = write_log(tmp_path / "log.csv", burst(old, START_S, 20) + burst(new, START_S + 90 * DAY_S, 6))
    assert [row["reached"] for row in rumours_of(tmp_path, log)] == [20, 6]


def test_each_is_shown_as_of_the_day_in_which_it_reached_most(tmp_path):
    """Held to a plain model: at the end of each four hours, whom each text reached in the 24 before."""
    rng = random.Random(5)
    log, reached = [], defaultdict(lambda: defaultdict(int))
    for number in range(3_000):
        text = TEXTS[rng.choice([0, 0, 1, 2])]
        at_s = START_S + int(9 * DAY_S * rng.random() ** (1 + TEXTS.index(text)))
        log.append({"sender": f"s{rng.randrange(40)}", "recipient": f"r{number}", "at": at_s, "text": text})
        for later in range(6):
            reached[text][at_s // LOOK_S + later] += 1
    log.sort(key=lambda row: row["at"])
    last = log[-1]["at"]
    best = {}
    for text, counts in reached.items():
        seen = {n: count for n, count in counts.items() if n <= last // LOOK_S}
        most = max(seen.values())
        best[text] = most
    rows = rumours_of(tmp_path, write_log(tmp_path / "log.csv", log))
    assert [row["reached"] for row in rows] == sorted(best.values(), reverse=True)
    for row in rows:
        text = log[int(row["event"])]["text"]
        until = int(row["until"].timestamp())
        assert row["reached"] == best[text] == reached[text][until // LOOK_S]
        assert until == last or (until + 1) % LOOK_S == 0


def test_how_a_log_is_cut_into_files_changes_nothing(tmp_path):
    log = sorted(
        [row for n, text in enumerate(TEXTS) for row in burst(text, START_S + n * 10_000, 50, every_s=701)],
        key=lambda row: row["at"],
    )
    whole = rumours_of(tmp_path, write_log(tmp_path / "log.csv", log))
    parts = [write_log(tmp_path / f"{n}.csv", log[start : start + 37]) for n, start in enumerate(range(0, 150, 37))]
    assert rumours_of(tmp_path, *parts) == whole
    assert len(whole) == 3


def test_verdicts_are_the_same_with_and_without(tmp_path):
    terms = parse_terms(
        "{id: few, version: 1, title: Few, rules: ["
        "{id: hands, clause: Few hands., when: [content.recipients.24h > 25], then: refuse}]}"
    )
    log = write_log(tmp_path / "log.csv", burst(TEXTS[0], START_S, 60, every_s=900))
    replay(Logs([log]), terms, out=tmp_path / "plain.parquet")
    replay(Logs([log]), terms, out=tmp_path / "looked.parquet", rumours=tmp_path / "rumours.parquet")
    assert pq.read_table(tmp_path / "plain.parquet") == pq.read_table(tmp_path / "looked.parquet")
    (row,) = pq.read_table(tmp_path / "rumours.parquet").to_pylist()
    assert row["reached"] == 25, "what was refused reached nobody"


def test_a_page_has_a_section_for_all_and_for_each_region_and_language(tmp_path):
    log = write_log(
        tmp_path / "log.csv",
        [row | {"id": f"<{n}>"} for n, row in enumerate(burst(TEXTS[0], START_S, 40, region="BR-SP", language="pt"))],
    )
    replay(Logs([log]), NO_RULES, rumours=tmp_path / "rumours.html")
    page = (tmp_path / "rumours.html").read_text()
    assert page.index("<h2>Everywhere</h2>") < page.index("<h2>From BR, in pt</h2>")
    assert "&lt;0&gt;" in page
    assert "<0>" not in page
    assert NO_CONTENTS not in page
    assert "Schools" not in page


def test_a_log_without_texts_has_none(tmp_path):
    log = write_log(tmp_path / "log.csv", [{"sender": "ada", "recipient": "bob", "at": START_S}])
    replay(Logs([log]), NO_RULES, rumours=tmp_path / "rumours.html")
    assert NO_CONTENTS in (tmp_path / "rumours.html").read_text()
    assert rumours_of(tmp_path, log) == []


def test_memory_is_of_rankings_and_not_of_contents(tmp_path):
    rng = random.Random(1)
    rows = []
    for number in range(120):
        text = " ".join("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(9))
        rows += burst(text, START_S + number * 3_000, 2 + number % 7, accounts=2, every_s=1)
    told = rumours_of(tmp_path, write_log(tmp_path / "log.csv", rows))
    assert len(told) == SHOWN
    assert sorted({row["reached"] for row in told}) == [7, 8]


def test_another_ending_is_refused():
    with pytest.raises(InputError, match=r"rumours: .* is not a file that ends in .parquet or .html"):
        RumourLog(Path("rumours.csv"))
