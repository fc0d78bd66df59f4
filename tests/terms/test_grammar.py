import hypothesis.strategies as st
import pytest
from hypothesis import given

from ecluse.ledger import SIGNALS
from ecluse.terms import COMPARISONS, Condition, read_condition


def refuse(message):
    raise AssertionError(message)


def limits(signal):
    most = 1 if signal.unit in ("share", "truth") else 4_095 if signal.unit in ("peers", "chats") else 1e300
    least = 0 if signal.unit in ("share", "truth") else -most
    return st.floats(least, most) | st.integers(int(least), int(min(most, 1e9))).map(float)


CONDITIONS = st.sampled_from(SIGNALS).flatmap(
    lambda signal: st.builds(Condition, st.just(signal.name), st.sampled_from(COMPARISONS), limits(signal))
)


@given(CONDITIONS)
def test_a_condition_is_read_as_it_is_written(condition):
    assert read_condition(str(condition), refuse) == condition


@given(st.text(max_size=40))
def test_anything_else_is_told(text):
    blamed = []
    assert (read_condition(text, blamed.append) is None) == bool(blamed)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("strangers.1h > 50", Condition("strangers.1h", ">", 50.0)),
        ("  strangers.1h>50 ", Condition("strangers.1h", ">", 50.0)),
        ("recipients.30d >= 4095", Condition("recipients.30d", ">=", 4_095.0)),
        ("reply_ratio.24h == .5", Condition("reply_ratio.24h", "==", 0.5)),
        ("messages.1h != 1e3", Condition("messages.1h", "!=", 1_000.0)),
        ("gap_regularity.1h <= 1.", Condition("gap_regularity.1h", "<=", 1.0)),
        ("account_age < 90", Condition("account_age", "<", 90.0)),
        ("account_age < 90s", Condition("account_age", "<", 90.0)),
        ("account_age < 5m", Condition("account_age", "<", 300.0)),
        ("account_age < 1.5h", Condition("account_age", "<", 5_400.0)),
        ("account_age < 7d", Condition("account_age", "<", 604_800.0)),
    ],
)
def test_what_can_be_written(text, condition):
    assert read_condition(text, refuse) == condition


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Condition("account_age", "<", 172_800.0), "account_age < 2d"),
        (Condition("account_age", "<", 90_000.0), "account_age < 25h"),
        (Condition("account_age", "<", 61.0), "account_age < 61s"),
        (Condition("account_age", ">", 0.0), "account_age > 0"),
        (Condition("account_age", ">", 0.5), "account_age > 0.5"),
        (Condition("messages.1h", ">", 86_400.0), "messages.1h > 86400"),
    ],
)
def test_how_it_is_shown(condition, text):
    assert str(condition) == text


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("stranger.1h > 50", ["unknown signal `stranger.1h`; did you mean `strangers.1h`?"]),
        ("nothing.alike > 50", ["unknown signal `nothing.alike`"]),
        ("messages.1h = 5", ["unknown comparison `=`; did you mean `==`?"]),
        (
            "messages.1h <=> 5",
            ["unknown comparison `<=>`; known are `<`, `<=`, `>`, `>=`, `==`, `!=`"],
        ),
        (
            "x => nan",
            ["unknown signal `x`", "unknown comparison `=>`; did you mean `>=`?", "`nan` is not a finite number"],
        ),
        ("account_age < 2y", ["`2y`: unknown unit of time `y`; known are `s`, `m`, `h`, `d`"]),
        ("account_age < 1e308d", ["`1e308d` is not a finite number"]),
        ("messages.1h > 2h", ["`2h`: `messages.1h` is in messages, so its limit takes no `h`"]),
        ("messages.1h > ١", ["`١` is not a finite number"]),
        ("5 <= messages.1h", ["`5 <= messages.1h`: the signal comes first; did you mean `messages.1h >= 5`?"]),
        ("> 5", ["`> 5` is not a signal, a comparison and a number, such as `strangers.1h > 50`"]),
    ],
)
def test_what_is_wrong_is_told_all_at_once(text, messages):
    blamed = []
    assert read_condition(text, blamed.append) is None
    assert blamed == messages
