from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ecluse.partners import TIERS, Counts, Rating, Status, rate
from ecluse.partners.quality import after_rating

PAGE = (Path(__file__).parents[2] / "docs" / "partners.md").read_text()
COUNTS = st.builds(Counts, *[st.integers(0, 5_000)] * 6)
ORDER = list(Rating)


def test_few_people_and_few_pushes_change_nothing() -> None:
    assert rate(Counts()) is Rating.GREEN
    assert rate(Counts(people=1, reports=1)) is Rating.GREEN
    assert rate(Counts(people=10, blocks=2)) is Rating.GREEN
    assert rate(Counts(pushes=99)) is Rating.GREEN
    assert rate(Counts(people=5, endings=5)) is Rating.GREEN


def test_each_step() -> None:
    assert [rate(Counts(people=100, blocks=n)) for n in (2, 3, 9, 10)] == [
        Rating.GREEN,
        Rating.YELLOW,
        Rating.YELLOW,
        Rating.RED,
    ]
    assert [rate(Counts(people=1_000, blocks=n)) for n in (29, 30, 99, 100)] == [
        Rating.GREEN,
        Rating.YELLOW,
        Rating.YELLOW,
        Rating.RED,
    ]
    assert [rate(Counts(sent=400, pushes=n)) for n in (99, 100)] == [Rating.GREEN, Rating.YELLOW]
    assert [rate(Counts(sent=1_000, pushes=n)) for n in (999, 1_000)] == [Rating.YELLOW, Rating.RED]


@given(counts=COUNTS, more=st.integers(1, 100))
def test_reports_blocks_and_pushes_never_better_people_and_answers_never_worse(counts: Counts, more: int) -> None:
    here = ORDER.index(rate(counts))
    for name in ("reports", "blocks", "pushes"):
        assert ORDER.index(rate(counts._replace(**{name: getattr(counts, name) + more}))) >= here
    for name in ("people", "sent", "endings"):
        assert ORDER.index(rate(counts._replace(**{name: getattr(counts, name) + more}))) <= here


def test_only_green_keeps_trust() -> None:
    kept = [(s, r) for s in Status for r in Rating if after_rating(s, r) is not s]
    assert kept == [(Status.TRUSTED, Rating.YELLOW), (Status.TRUSTED, Rating.RED)]


def test_the_page_has_every_tier() -> None:
    for status, tier in TIERS.items():
        (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{status}` |")]
        cells = [cell.strip().replace(",", "") for cell in row.split("|")[2:-1]]
        media = "0" if not tier.media_bytes else f"{tier.media_bytes >> 30} GiB"
        told = [tier.numbers, tier.messages_a_second, tier.calls_an_hour, media, tier.tokens, tier.clients]
        assert cells == list(map(str, told))
