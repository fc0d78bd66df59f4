from pathlib import Path

import pytest

from ecluse.desk.config import load_config
from ecluse.desk.desk import Desk
from ecluse.desk.pages.sessions import LASTS_S, Sessions
from tests.desk.making import NOW_S
from tests.desk.pages.world import SHOPS, agent
from tests.desk.world import write_desk


@pytest.fixture
def config(tmp_path: Path):
    return load_config(write_desk(tmp_path / "desk", "http://127.0.0.1:9", SHOPS, f"sqlite:///{tmp_path}/d.sqlite"))


ADA, BOB = agent("ada", "flowers"), agent("bob", "flowers", "fruit")


@pytest.fixture
def desk(config):
    with Desk(config._replace(agents=(ADA, BOB))) as opened:
        yield opened


def test_a_cookie_is_whose_it_is_until_its_time(desk):
    sessions = Sessions(desk)
    cookie = sessions.begin(ADA, NOW_S)
    assert sessions.read(cookie, NOW_S) == ADA
    assert sessions.read(cookie, NOW_S + LASTS_S - 1) == ADA
    assert sessions.read(cookie, NOW_S + LASTS_S) is None
    assert sessions.begin(ADA, NOW_S) != cookie


def test_it_outlives_the_process(desk):
    assert Sessions(desk).read(Sessions(desk).begin(BOB, NOW_S), NOW_S) == BOB


def test_one_that_was_ended_is_worth_nothing_and_others_stay(desk):
    sessions = Sessions(desk)
    one, other = sessions.begin(ADA, NOW_S), sessions.begin(ADA, NOW_S)
    sessions.end(one, NOW_S)
    sessions.end("nonsense", NOW_S)
    assert (sessions.read(one, NOW_S), sessions.read(other, NOW_S)) == (None, ADA)


def test_none_is_made_by_changing_another(desk):
    sessions = Sessions(desk)
    cookie = sessions.begin(ADA, NOW_S)
    name, until, nonce, signature = cookie.split(".")
    as_bob = sessions.begin(BOB, NOW_S).split(".")[0]
    for wrong in (
        f"{as_bob}.{until}.{nonce}.{signature}",
        f"{name}.{int(until) + 1}.{nonce}.{signature}",
        f"{name}.{until}.{nonce}x.{signature}",
        f"{name}.{until}.{nonce}.",
        f"{name}.{until}.{nonce}",
        f"{name}.{until}.{nonce}.{signature}é",
        f"!.{until}.{nonce}.{signature}",
        "...",
        "",
        "x" * 5_000,
        None,
    ):
        assert sessions.read(wrong, NOW_S) is None


def test_a_new_password_or_a_new_secret_of_an_app_ends_all_sessions(config, desk, tmp_path):
    cookie = Sessions(desk).begin(ADA, NOW_S)
    with Desk(config._replace(agents=(agent("ada", "flowers"), BOB))) as other:
        assert Sessions(other).read(cookie, NOW_S) is None
    with Desk(config._replace(agents=(BOB,))) as other:
        assert Sessions(other).read(cookie, NOW_S) is None
    (tmp_path / "desk" / "flowers.secret").write_text("another")
    assert Sessions(desk).read(cookie, NOW_S) is None
