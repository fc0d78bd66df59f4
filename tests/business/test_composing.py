"""Every type of message: what is delivered of a sound one, and which code each fault has."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.business.codes import ApiError
from ecluse.business.composing import TYPES, compose, decode_outgoing


def body(kind: str, content: object, **fields: object) -> bytes:
    return msgspec.json.encode({"messaging_product": "whatsapp", "to": "336", "type": kind, kind: content, **fields})


def composed(kind: str, content: object, **fields: object) -> object:
    return compose(decode_outgoing(body(kind, content, **fields)))


def button(key: str, title: str = "One") -> dict[str, object]:
    return {"type": "reply", "reply": {"id": key, "title": title}}


def interactive(kind: str, action: object, text: str = "Which?", **fields: object) -> dict[str, object]:
    return {"type": kind, "body": {"text": text}, "action": action, **fields}


def choices(n: int) -> list[dict[str, object]]:
    return [{"id": str(i), "title": f"Row {i}"} for i in range(n)]


SOUND = [
    ("text", {"body": "Hello", "preview_url": True, "unknown": 1}, {"body": "Hello", "preview_url": True}),
    ("text", {"body": "x" * 4_096}, {"body": "x" * 4_096, "preview_url": False}),
    ("image", {"id": "1", "caption": "c"}, {"id": "1", "caption": "c"}),
    ("document", {"link": "https://example.org/a.pdf"}, {"link": "https://example.org/a.pdf"}),
    ("reaction", {"message_id": "wamid.1", "emoji": ""}, {"message_id": "wamid.1", "emoji": ""}),
    ("location", {"latitude": "52.5", "longitude": 13}, {"latitude": 52.5, "longitude": 13.0}),
    ("contacts", [{"name": {"formatted_name": "Ada"}}], [{"name": {"formatted_name": "Ada"}}]),
    ("template", {"name": "t", "language": {"code": "en"}}, {"name": "t", "language": "en", "parameters": []}),
]

FAULTS = [
    ("text", {}, 131008),
    ("text", {"body": ""}, 131008),
    ("text", {"body": "x" * 4_097}, 131009),
    ("text", {"body": 5}, 100),
    ("image", {}, 131009),
    ("image", {"id": "1", "link": "https://example.org"}, 131009),
    ("image", {"link": "file:///etc/passwd"}, 131009),
    ("image", {"id": "1", "caption": "x" * 1_025}, 131009),
    ("audio", {"id": "1", "caption": "x"}, 131009),
    ("reaction", {"emoji": "👍"}, 131008),
    ("location", {"latitude": 91, "longitude": 0}, 131009),
    ("location", {"latitude": "nan", "longitude": 0}, 131009),
    ("location", {"latitude": 1}, 131008),
    ("contacts", [], 131008),
    ("contacts", [{"name": {}}], 131008),
    ("contacts", [{"name": {"formatted_name": "A"}}] * 11, 131009),
    ("order", {}, 131051),
    ("interactive", interactive("button", {"buttons": []}), 131008),
    ("interactive", interactive("button", {"buttons": [button(str(i), str(i)) for i in range(4)]}), 131009),
    ("interactive", interactive("button", {"buttons": [button("1", "x" * 21)]}), 131009),
    ("interactive", interactive("button", {"buttons": [button("1", "a"), button("1", "b")]}), 131009),
    ("interactive", interactive("button", {"buttons": [button("1")]}, "x" * 1_025), 131009),
    ("interactive", interactive("list", {"button": "Open", "sections": [{"rows": choices(11)}]}), 131009),
    ("interactive", interactive("list", {"button": "Open", "sections": [{"rows": choices(6)}] * 2}), 131008),
    ("interactive", interactive("list", {"sections": [{"rows": choices(1)}]}), 131008),
    ("interactive", interactive("carousel", {}), 131009),
    ("interactive", {"type": "button", "body": {"text": "x"}}, 131008),
    ("template", {"name": "t"}, 131008),
]


@pytest.mark.parametrize(("kind", "content", "delivered"), SOUND)
def test_a_sound_message(kind: str, content: object, delivered: object) -> None:
    assert composed(kind, content) == delivered


@pytest.mark.parametrize(("kind", "content", "code"), FAULTS)
def test_a_fault_has_its_code(kind: str, content: object, code: int) -> None:
    with pytest.raises(ApiError) as refused:
        composed(kind, content)
    assert refused.value.code == code


def test_a_list_and_buttons_at_their_limits() -> None:
    sections = [
        {"title": f"S{i}", "rows": [{"id": str(i), "title": "x" * 24, "description": "y" * 72}]} for i in range(10)
    ]
    given_list = interactive("list", {"button": "x" * 20, "sections": sections}, "z" * 4_096)
    assert composed("interactive", given_list) == given_list
    given_buttons = interactive(
        "button", {"buttons": [button("i" * 255 + str(i), "t" * 19 + str(i)) for i in range(3)]}
    )
    assert composed("interactive", given_buttons) == given_buttons


def test_what_must_be_in_every_message() -> None:
    for bad in (b"", b"[]", b"{", b"{}", b'{"messaging_product":"x"}', b"[" * 100_000, b"\xff"):
        with pytest.raises(ApiError) as refused:
            decode_outgoing(bad)
        assert refused.value.code == 100
    message = decode_outgoing(b'{"messaging_product":"whatsapp","type":"text","text":{"body":"x"},"context":null}')
    with pytest.raises(ApiError) as nobody:
        compose(message)
    assert nobody.value.code == 131008
    with pytest.raises(ApiError) as group:
        composed("text", {"body": "x"}, recipient_type="group")
    assert group.value.code == 131009


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "body", "text", "type", "rows", "action", "name", "parameters"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(kind=st.sampled_from(TYPES), content=_VALUES)
def test_whatever_a_stranger_sends_is_a_message_or_an_error_of_ours(kind: str, content: object) -> None:
    data = body(kind, content)
    code = None
    try:
        compose(decode_outgoing(data))
    except ApiError as error:
        code = error.code
    assert code in (None, 100, 131008, 131009, 131051)
