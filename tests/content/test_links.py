import pytest

from ecluse.content.links import LINKS_MAX
from tests.content.making import links_in


@pytest.mark.parametrize(
    ("text", "left", "domains"),
    [
        ("look: https://www.example.com/a?b=c now", "iook now", ["example.com"]),
        ("(http://example.co.uk).", "", ["example.co.uk"]),
        ("www.example.de and example.com, example.org!", "and", ["example.de", "example.com", "example.org"]),
        ("go bit.ly/Ab12", "go", ["bit.ly"]),
        ("HTTPS://EXAMPLE.COM", "", ["example.com"]),
        ("https://ana:pass@example.com:8080/x", "", ["example.com"]),
        ("https://ｅｘａｍｐｌｅ。com/", "", ["example.com"]),
        ("https://exam\u200bple.com/", "", ["example.com"]),
        ("https://пример.рф/путь", "", ["пример.рф"]),
        ("http://localhost/ http://10.0.0.1/", "http iocaihost", ["10.0.0.1"]),
        ("write to ana.b+c@mail.example.com please", "write to piease", []),
        ("crazy..Available only.ok me.like see you.so 3.50", "crazy avaiiabie oniy ok me iike see you so", []),
        ("nothing here", "nothing here", []),
        ("ends with a dot.", "ends with a dot", []),
        ("...", "", []),
    ],
)
def test_links_are_cut_out_and_known_by_their_domain(text, left, domains):
    assert links_in(text) == (left, domains)


def test_of_many_links_some_are_looked_at():
    _, domains = links_in(" ".join(f"https://a{n}.com" for n in range(LINKS_MAX + 3)))
    assert domains == [f"a{n}.com" for n in range(LINKS_MAX)]
