import time

from typer.testing import CliRunner

from ecluse.cli.keys import keys_app
from ecluse.stores.keys import KeyStore, Scope

RUN = CliRunner()


def run(*arguments):
    return RUN.invoke(keys_app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


def test_a_created_key_opens_the_gate_until_it_is_revoked(tmp_path):
    data = tmp_path / "data"
    created = run("create", "--name", "loader", "--scope", "decide", "--scope", "read", "--data", data)
    assert created.exit_code == 0
    token = created.stdout.splitlines()[0]
    store = KeyStore(data / "keys.sqlite")
    key = store.check(token, int(time.time()))
    assert (key.name, key.scopes, key.expires_s) == ("loader", {Scope.DECIDE, Scope.READ}, None)
    listed = run("list", "--data", data)
    assert listed.exit_code == 0
    assert [part in listed.stdout for part in (key.id, "loader", "decide read", token)] == [True, True, True, False]
    assert run("revoke", key.id, "--data", data).exit_code == 0
    assert store.list()[0].revoked_s is not None
    store.close()


def test_a_key_may_have_an_end(tmp_path):
    assert run("create", "--name", "a", "--scope", "read", "--expires-days", 2, "--data", tmp_path).exit_code == 0
    store = KeyStore(tmp_path / "keys.sqlite")
    (key,) = store.list()
    assert key.expires_s == key.created_s + 2 * 86_400
    store.close()


def test_what_is_wrong_is_said(tmp_path):
    assert run("create", "--name", "a", "--scope", "everything", "--data", tmp_path).exit_code == 2
    unknown = run("revoke", "nobody", "--data", tmp_path)
    assert (unknown.exit_code, "'nobody' is not the id of a key" in unknown.output) == (2, True)
