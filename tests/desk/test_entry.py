import xml.etree.ElementTree as ElementTree

import pytest
import segno

from ecluse.desk.botfile import parse_bot
from ecluse.desk.entry import entry_link, qr_svg
from ecluse.errors import InputError
from tests.desk.world import BOT

LINK = "https://wa.me/33100000001?text=NEWS"


def test_a_link_carries_the_keyword_and_nothing_else():
    bot = parse_bot(BOT, "bot.yaml")
    assert entry_link("https://wa.me/", "33100000001", "NEWS", bot) == LINK
    assert entry_link("https://chat.example.org/to", "1", "a person", bot).endswith("/to/1?text=a%20person")
    assert entry_link("https://wa.me", "1", "a&b=c#?+ é", None) == "https://wa.me/1?text=a%26b%3Dc%23%3F%2B%20%C3%A9"


@pytest.mark.parametrize("keyword", ["", " ", "x" * 201, "a\nb", "NWES"])
def test_a_link_to_a_word_that_the_bot_does_not_know_is_refused(keyword):
    with pytest.raises(InputError) as refused:
        entry_link("https://wa.me/", "33100000001", keyword, parse_bot(BOT, "bot.yaml"))
    assert refused.value.field == "keyword"


def test_the_picture_is_an_svg_that_stands_alone_and_has_the_code_s_modules():
    svg = qr_svg(LINK, scale=4)
    root = ElementTree.fromstring(svg)
    code = segno.make_qr(LINK, error="m")
    side = code.symbol_size(scale=4)[0]
    assert (root.get("width"), root.get("height")) == (str(side), str(side))
    assert b"href" not in svg
    assert b"script" not in svg
    assert root[0].text == LINK


@pytest.mark.parametrize("scale", [0, 101])
def test_a_picture_has_a_size_that_can_be(scale):
    with pytest.raises(InputError, match="scale"):
        qr_svg(LINK, scale=scale)


def test_a_link_that_no_code_holds_is_refused():
    with pytest.raises(InputError, match="keyword"):
        qr_svg(entry_link("https://wa.me/", "33100000001", "😀" * 200, None))
