from pathlib import Path

import pytest

from ecluse.desk.bot import Act
from ecluse.desk.botfile import load_bot, parse_bot
from ecluse.errors import InputError
from ecluse.terms.faults import TermsError
from tests.desk.world import BOT

PROJECT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"


def faults(text):
    """What is wrong with a bot, a line each, without the name of the file."""
    with pytest.raises(TermsError) as refused:
        parse_bot(text, "bot.yaml")
    return [line.removeprefix("bot.yaml:") for line in refused.value.lines]


def test_the_starter_is_read():
    bot = parse_bot(BOT, "bot.yaml")
    assert [one.act for one in bot.keywords] == [
        Act.LATEST, Act.START, Act.STOP, Act.MENU, Act.PEOPLE, Act.FLOW
    ]  # fmt: skip
    assert bot.fields() == {"rating", "wish"}
    assert bot.otherwise.act is Act.MENU


@pytest.mark.parametrize("written", ["stop", "STOP!", "Stop.", "ärret", "ARRÊT", "arrêt", "ｓｔｏｐ", " Ende\n", "बंद"])
def test_spellings_of_a_keyword(written):
    keyword = parse_bot(BOT, "bot.yaml").keyword(written)
    assert keyword is not None
    assert keyword.act is Act.STOP


@pytest.mark.parametrize("written", ["", "?!", "stop it", "nonstop"])
def test_what_is_no_keyword(written):
    assert parse_bot(BOT, "bot.yaml").keyword(written) is None


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_fault_has_its_place_and_says_what_would_be_right(path):
    said = [line.split("; known are")[0] for line in faults(path.read_text())]
    assert said == path.with_suffix(".txt").read_text().splitlines()


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="bot"):
        load_bot(tmp_path / "bot.yaml")


@pytest.mark.parametrize("name", ["desk.yaml", "flowers.yaml"])
def test_the_example_is_what_init_writes(name):
    starter = PROJECT / "src" / "ecluse" / "desk" / "starter" / name
    assert (PROJECT / "examples" / "desk" / name).read_text() == starter.read_text()
