from typing import Any

import pytest

from ecluse.adapters.synapse.answers import (
    PASS,
    PASSED,
    REFUSED,
    UNJUDGED,
    WAIT,
    WITHOUT_WORDS,
    Answer,
    answer,
    unjudged,
)

RULE = {"rule": "three", "clause": "Three.", "measures": [], "notice": "This was not sent. Three."}


def of(outcome: str, **more: Any) -> Answer:
    return answer({"event": "e", "outcome": outcome, "rules": [RULE], **more}, 30, "en")


def test_what_outcomes_mean() -> None:
    assert of("pass") == PASS
    assert of("label", labels=["forwarded"]) == Answer(PASSED, labels=("forwarded",))
    assert of("drop_strangers", dropped=[]) == PASS
    assert of("drop_strangers", dropped=["@bob:x"]) == Answer(REFUSED, RULE["notice"], None, rules=("three",))  # type: ignore[arg-type]
    assert of("refuse", retry_after=31) == Answer(REFUSED, RULE["notice"], 31_000, rules=("three",))  # type: ignore[arg-type]
    assert of("refuse", retry_after=30) == Answer(WAIT, RULE["notice"], 30_000, rules=("three",))  # type: ignore[arg-type]
    assert of("refuse", retry_after=None).what == REFUSED
    assert of("delay", retry_after=300, labels=["forwarded"]) == Answer(
        WAIT,
        RULE["notice"],  # type: ignore[arg-type]
        300_000,
        labels=("forwarded",),
        rules=("three",),
        delayed=True,
    )


def test_a_sanction_says_what_it_is() -> None:
    """No rule was asked then: the words are the sanction's."""
    sanction = {"sanction": 7, "capability": "start", "notice": "Until 5 December you may not write to strangers."}
    held = answer({"outcome": "refuse", "rules": [], "sanction": sanction, "retry_after": 86_400}, 30, "en")
    assert held.fields() == {
        "error": "Until 5 December you may not write to strangers.",
        "retry_after_ms": 86_400_000,
        "ecluse.sanction": 7,
    }


def test_what_a_client_is_shown() -> None:
    assert of("refuse", retry_after=60).fields() == {
        "error": "This was not sent. Three.",
        "retry_after_ms": 60_000,
        "ecluse.rules": ["three"],
    }
    bare = answer({"outcome": "refuse", "rules": [{"rule": "r"}]}, 30, "pt")
    assert bare.fields() == {"error": WITHOUT_WORDS["pt-BR"]}


@pytest.mark.parametrize("language", UNJUDGED)
def test_failing_open_and_closed(language: str) -> None:
    assert unjudged("open", 5, language) == PASS
    closed = unjudged("closed", 5, language)
    assert (closed.what, closed.retry_ms, "5" in closed.text) == (WAIT, 5_000, True)
    assert set(UNJUDGED) == set(WITHOUT_WORDS)
