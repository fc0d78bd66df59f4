import re
from html.parser import HTMLParser
from pathlib import Path

from ecluse.service.door import DECISIONS
from ecluse.service.media import Media
from ecluse.service.problems import CODES
from tests.service.running import Running

HTTP = (Path(__file__).parents[2] / "docs" / "reference" / "http.md").read_text()
OPERATIONS = re.findall(r"^\| `(GET|POST|PUT|DELETE) ([^`]+)` \|", HTTP, re.MULTILINE)
"""Method and path of every route that the page names, but for the pages about routes."""
ROUTES = {path for _, path in OPERATIONS}


def test_every_route_is_there_with_what_it_takes_and_gives(running_gate: Running) -> None:
    with running_gate.http() as http:
        document = http.get("/openapi.json").json()
    served = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert served == set(OPERATIONS)
    decide = document["paths"][DECISIONS]["post"]
    assert list(decide["requestBody"]["content"]) == [media.value for media in Media]
    assert set(decide["responses"]) == {"200", *(str(code.status) for code in CODES.values())} - {"404", "405"}
    assert set(document["components"]["schemas"]) >= {"Event", "Verdict", "Problem", "Account", "TermsText"}


def test_the_page_of_routes_names_them_and_loads_nothing(running_gate: Running) -> None:
    loaded: list[str] = []
    linked: list[str] = []

    class Page(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            for name, value in attributes:
                if name in ("src", "srcset") or (tag == "link" and name == "href"):
                    loaded.append(str(value))
                elif name == "href":
                    linked.append(str(value))

    with running_gate.http() as http:
        answer = http.get("/docs")
    Page().feed(answer.text)
    assert (loaded, linked) == ([], ["openapi.json"])
    assert [route for route in ROUTES if f"<code>{route}</code>" not in answer.text] == []
