from typing import Any

import pytest

from ecluse.adapters.policy.doctor import look_at_metrics, look_at_room

KEY = "A" * 43
GOOD = {"via": "policy.x:8448", "public_keys": {"ed25519": KEY}}
JOINED = {"type": "m.room.member", "state_key": "@ecluse:policy.x:8448", "content": {"membership": "join"}}
LEFT = JOINED | {"content": {"membership": "leave"}}


def policy(content: Any, state_key: str = "", kind: str = "m.room.policy") -> dict[str, Any]:
    return {"type": kind, "state_key": state_key, "content": content}


def open_ones(*state: dict[str, Any], key: str | None = KEY) -> list[str]:
    return [one.what for one in look_at_room(list(state), "hs.x", key) if not one.good]


def test_a_room_that_is_as_it_should_be() -> None:
    assert open_ones(policy(GOOD), JOINED) == []


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ((JOINED,), "the room has no m.room.policy: everything passes"),
        ((policy({}), JOINED), "the room has no m.room.policy: everything passes"),
        ((policy(GOOD, "x"), JOINED), "the room has no m.room.policy: everything passes"),
        ((policy(GOOD),), "no user of policy.x:8448 is in the room: everything passes"),
        ((policy(GOOD), LEFT), "no user of policy.x:8448 is in the room: everything passes"),
        ((policy(GOOD | {"via": None}), JOINED), "`via` is no server name: None: everything passes"),
        (
            (policy(GOOD | {"via": "http://policy.x"}), JOINED),
            "`via` is no server name: 'http://policy.x': everything passes",
        ),
        ((policy(GOOD | {"public_keys": KEY}), JOINED), "the room names no ed25519 key: everything passes"),
        (
            (policy(GOOD | {"public_keys": {"ed25519": "short"}}), JOINED),
            "the room names a key that is none: nothing can be sent",
        ),
        ((policy(GOOD | {"public_keys": {"ed25519": "B" * 43}}), JOINED), "the room names the policy server's key"),
    ],
)
def test_what_is_silently_open(state: tuple[dict[str, Any], ...], found: str) -> None:
    assert open_ones(*state) == [found]


def test_a_homeserver_never_asks_itself() -> None:
    own = JOINED | {"state_key": "@ecluse:hs.x"}
    assert open_ones(policy(GOOD | {"via": "hs.x"}), own) == ["`via` is hs.x"]


def test_the_old_form_alone_is_not_enough() -> None:
    old = policy({"via": "policy.x:8448", "public_key": KEY}, kind="org.matrix.msc4284.policy")
    assert open_ones(old, JOINED) == ["the room has only the old org.matrix.msc4284.policy"]


def test_metrics_of_the_module() -> None:
    good = "ecluse_synapse_connected 1.0\necluse_synapse_breaker_open 0.0\necluse_synapse_faults_total 0.0\n"
    assert all(one.good for one in look_at_metrics(good))
    passed = good + 'ecluse_synapse_unjudged_total{became="passed",kind="send",why="timeout"} 2.0\n'
    assert [one.what for one in look_at_metrics(passed) if not one.good] == ["passed unjudged since Synapse started: 2"]
    assert [one.good for one in look_at_metrics("synapse_up 1\n")] == [False]
    assert not all(one.good for one in look_at_metrics(good.replace("connected 1", "connected 0")))
    assert all(one.good for one in look_at_metrics(good + "ecluse_synapse_held_seconds nonsense\n"))
