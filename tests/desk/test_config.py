import pytest

from ecluse.desk.agents import Agent, Agents, TooManyTriesError, check_hash, hash_password, is_password
from ecluse.desk.config import load_config
from ecluse.desk.desk import Desk
from ecluse.desk.founding import add_agent, found
from ecluse.errors import InputError
from ecluse.terms.faults import TermsError

PASSWORD = "correct horse battery"


@pytest.fixture
def path(tmp_path):
    """The configuration of a new desk."""
    found(tmp_path / "desk")
    return tmp_path / "desk" / "desk.yaml"


def faults(path, old, new):
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(TermsError) as refused:
        load_config(path)
    return [line.removeprefix(f"{path}:") for line in refused.value.lines]


def test_what_init_writes_is_a_desk(path):
    config = load_config(path)
    business = config.business("flowers")
    assert (business.number, business.api, business.idempotent) == (
        "33100000001",
        "https://graph.facebook.com/v23.0",
        False,
    )
    assert config.database == path.parent / "desk.sqlite"
    with Desk(config) as desk:
        assert desk.inbox("flowers").conversations(now_s=0).total == 0
        with pytest.raises(InputError, match="shoes"):
            desk.inbox("shoes")


def test_init_replaces_nothing(path):
    before = path.read_text()
    with pytest.raises(InputError, match="folder"):
        found(path.parent)
    assert path.read_text() == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "env:FLOWERS_TOKEN",
            "EAAGm0PX4ZCps",
            "11:12: businesses[0].token: a secret does not stand here: expected env:NAME",
        ),
        (
            "https://graph.facebook.com/v23.0",
            "http://graph.org/v1",
            "10:10: businesses[0].api: `http://graph.org/v1` is not an https address",
        ),
        ('"33100000001"', '"33 100"', "8:13: businesses[0].number: `33 100` is not 1 to 20 digits"),
        ("    bot: flowers.yaml", "    bot: none.yaml", "bot: "),
        ("id: flowers", "id: Flowers!", "6:9: businesses[0].id: `Flowers!` is not 1 to 40 of a-z"),
        ("    name: Flowers", "    nmae: Flowers", "7:5: businesses[0]: unknown field `nmae`; did you mean `name`?"),
        (
            "agents: []",
            "agents: [{name: a, password: x, businesses: [flowers]}]",
            "17:30: agents[0].password: expected what",
        ),
        ("database: desk.sqlite", "database: postgresql://u:p@h/d", "2:11: database: a password does not stand here"),
    ],
)
def test_every_fault_has_its_place_and_no_secret_is_shown(path, old, new, said):
    found = faults(path, old, new)
    assert any(said in line for line in found)
    assert not any("EAAGm0" in line or ":p@" in line for line in found)


def test_secrets_are_read_when_they_are_needed_and_never_shown(path, monkeypatch):
    token = load_config(path).business("flowers").token
    with pytest.raises(InputError, match="FLOWERS_TOKEN"):
        token.read()
    monkeypatch.setenv("FLOWERS_TOKEN", "hush\n")
    assert token.read() == "hush"
    assert "hush" not in repr(load_config(path))


def test_a_password_is_kept_as_a_hash_that_only_it_fits():
    kept = hash_password(PASSWORD)
    assert is_password(PASSWORD, check_hash("password", kept))
    assert not is_password(PASSWORD + "x", kept)
    assert kept != hash_password(PASSWORD)
    assert PASSWORD not in kept
    with pytest.raises(InputError, match="password"):
        hash_password("short")


@pytest.mark.parametrize(
    "kept", ["", "scrypt", "scrypt:2:8:1:AAAA:AAAA", "scrypt:1073741824:8:1:" + "A" * 22 + ":" + "A" * 43]
)
def test_what_is_no_hash_is_refused(kept):
    with pytest.raises(InputError):
        check_hash("password", kept)


def test_an_agent_comes_in_by_a_password_alone(path):
    before = path.read_text()
    add_agent(path, "ada", PASSWORD, ["flowers"])
    add_agent(path, "Bob B.", PASSWORD + "2", ["flowers"])
    assert path.read_text().startswith(before.partition("agents:")[0])
    with Desk.open(path) as desk:
        assert desk.agents.of("flowers") == ("Bob B.", "ada")
        ada = desk.agents.check("ada", PASSWORD, now_s=0)
        assert ada is not None
        assert desk.inbox_for(ada, "flowers").business == "flowers"
        with pytest.raises(InputError):
            desk.inbox_for(ada, "shoes")
        assert desk.agents.check("ada", PASSWORD + "2", now_s=0) is None
        assert desk.agents.check("eve", PASSWORD, now_s=0) is None


@pytest.mark.parametrize(
    ("name", "password", "businesses", "field"),
    [
        ("ada", "short", ["flowers"], "password"),
        ("ada", PASSWORD, ["shoes"], "business"),
        ("a: b", PASSWORD, ["flowers"], "name"),
        ("ada", PASSWORD, [], "business"),
    ],
)
def test_an_agent_that_is_none_is_not_written(path, name, password, businesses, field):
    before = path.read_text()
    with pytest.raises(InputError) as refused:
        add_agent(path, name, password, businesses)
    assert (refused.value.field, path.read_text()) == (field, before)
    assert sorted(one.name for one in path.parent.iterdir()) == ["desk.yaml", "flowers.yaml"]


def test_guessing_is_stopped_for_a_while():
    agents = Agents([Agent("ada", hash_password(PASSWORD), ())])
    for _ in range(10):
        assert agents.check("ada", "x" * 10, now_s=100) is None
    with pytest.raises(TooManyTriesError) as refused:
        agents.check("ada", PASSWORD, now_s=100)
    assert refused.value.retry_after_s == 300
    assert agents.check("ada", PASSWORD, now_s=400) is not None
