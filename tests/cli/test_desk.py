import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from ecluse.cli import app
from ecluse.desk.desk import Desk
from ecluse.desk.receiving import Heard, store_heard

PASSWORD = {"ECLUSE_DESK_PASSWORD": "correct horse battery"}


@pytest.fixture
def folder(tmp_path):
    """A new desk's folder."""
    assert desk("init", str(tmp_path / "desk")).exit_code == 0
    return tmp_path / "desk"


def desk(*arguments, env=None):
    return CliRunner().invoke(app, ["desk", *arguments], env=env)


def test_a_new_desk_is_a_good_one_and_not_made_twice(folder):
    said = desk("check", str(folder)).output
    assert said.endswith("desk.yaml: a desk of 1 businesses and 0 agents\n")
    assert desk("check", str(folder / "flowers.yaml")).output.endswith("a bot with 6 keywords and 1 flows\n")
    again = desk("init", str(folder))
    assert (again.exit_code, "without a file" in again.output) == (1, True)


def test_check_says_what_is_wrong_and_where(folder):
    bot = folder / "flowers.yaml"
    bot.write_text(bot.read_text().replace("do: stop", "do: stopp"))
    for file in (folder, bot):
        result = desk("check", str(file))
        assert result.exit_code == 1
        fault = "flowers.yaml:16:9: keywords[2].do: `stopp` is nothing that is done here; did you mean `stop`?"
        assert (fault in result.output, result.output.count("\n")) == (True, 1)
    assert desk("check", str(folder / "none.yaml")).exit_code == 1


def test_check_looks_for_secrets_if_asked(folder):
    result = desk("check", str(folder), "--secrets")
    assert (result.exit_code, "FLOWERS_TOKEN" in result.output) == (1, True)
    env = {"FLOWERS_TOKEN": "hush-1", "FLOWERS_APP_SECRET": "hush-2", "FLOWERS_VERIFY_TOKEN": "hush-3"}
    result = desk("check", str(folder), "--secrets", env=env)
    assert (result.exit_code, "hush" in result.output) == (0, False)


def test_a_link_and_its_picture(folder, tmp_path):
    result = desk("link", "NEWS", "--config", str(folder), "--svg", str(tmp_path / "news.svg"))
    assert result.output == "https://wa.me/33100000001?text=NEWS\n"
    assert (tmp_path / "news.svg").read_text().startswith("<?xml")
    wrong = desk("link", "NWES", "--config", str(folder))
    assert (wrong.exit_code, "a word that the bot knows: NEWS, START, STOP" in wrong.output) == (1, True)


def test_publishing_sends_nothing_and_is_there_for_who_asks(folder, tmp_path):
    (tmp_path / "text").write_text("Today")
    result = desk(
        "publish",
        "One",
        "-c",
        str(folder),
        "--text-file",
        str(tmp_path / "text"),
        "--image",
        "https://example.org/a.png",
    )
    assert result.output == "daily number 1: 2 messages for whoever asks\n"
    result = desk("publish", "Two", "-c", str(folder), "--link", "https://example.org", "--newsletter", "weekly")
    assert (result.exit_code, "one of: daily" in result.output) == (1, True)
    assert desk("publish", "Two", "-c", str(folder)).exit_code == 1
    with Desk.open(folder / "desk.yaml") as opened:
        assert [one.title for one in opened.inbox("flowers").issues()] == ["One"]


def test_an_agent_is_added_and_the_password_is_nowhere(folder):
    result = desk("agent", "add", "ada", "--business", "flowers", "--config", str(folder), env=PASSWORD)
    assert result.exit_code == 0
    text = (folder / "desk.yaml").read_text()
    assert ('- name: "ada"' in text, PASSWORD["ECLUSE_DESK_PASSWORD"] in text + result.output) == (True, False)
    again = desk("agent", "add", "ada", "--business", "flowers", "--config", str(folder), env=PASSWORD)
    assert (again.exit_code, (folder / "desk.yaml").read_text() == text) == (1, True)


def test_numbers_by_day(folder):
    noon_s = int(datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp())
    with Desk.open(folder / "desk.yaml") as opened, opened.store.writing("flowers") as session:
        heard = Heard("1", "wamid.1", "336001", "Zoe", "text", {"body": "x"}, "x", None, noon_s, None)
        store_heard(session, "flowers", heard, noon_s)
    result = desk("numbers", "-c", str(folder), "--from", "2026-11-20", "--to", "2026-11-20", "--json")
    counted = json.loads(result.output)
    assert (counted["asked"], counted["unanswered"], counted["times"]) == (
        1,
        1,
        {"answers": 0, "median_s": None, "p90_s": None},
    )
    assert [day["date"] for day in counted["days"]] == ["2026-11-20"]
    assert "2026-11-20" in desk("numbers", "-c", str(folder), "--from", "2026-11-20").output
    wrong = desk("numbers", "-c", str(folder), "--from", "yesterday")
    assert (wrong.exit_code, "'yesterday' is not a day" in wrong.output) == (1, True)


def test_serve_says_which_secret_is_not_there(folder):
    result = desk("serve", "-c", str(folder))
    assert (result.exit_code, "businesses[0].app_secret" in result.output) == (1, True)
