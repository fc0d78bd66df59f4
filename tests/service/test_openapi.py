from html.parser import HTMLParser

from ecluse.service.door import DECISIONS, OBSERVATIONS
from ecluse.service.media import Media
from ecluse.service.problems import CODES
from tests.service.running import Running

TERMS = ["", "/history", "/rollback", "/rehearsal", "/rehearsal/end"]
SANCTIONS = ["", "/{number}", "/{number}/statement", "/{number}/signatures", "/{number}/lift", "/{number}/reverse"]
APPEALS = ["", "/{number}", "/{number}/assign", "/{number}/decide", "/{number}/withdraw"]
PARTNER = ["/documents", "/domain", "/decisions", "/numbers", "/app", "/app/secret"]
ROUTES = [
    *(DECISIONS, OBSERVATIONS, "/v1/accounts/{account_id}/sanctions"),
    *(f"/v1/sanctions{path}" for path in SANCTIONS),
    *(f"/v1/appeals{path}" for path in APPEALS),
    *("/v1/notices", "/v1/notices/{number}/delivered"),
    *(f"/v1/audit{path}" for path in ("", "/head", "/verification")),
    *("/v1/accounts/{account_id}", "/metrics", "/healthz", "/readyz"),
    *(f"/v1/terms{path}" for path in TERMS),
    *("/v1/partners", "/v1/partners/{partner_id}"),
    *(f"/v1/partners/{{partner_id}}{path}" for path in PARTNER[:4]),
    *("/v1/partners/numbers/{number_id}", "/v1/partners/{partner_id}/tokens", "/v1/partners/tokens/{token_id}"),
    *(f"/v1/partners/{{partner_id}}{path}" for path in PARTNER[4:]),
]


def test_every_route_is_there_with_what_it_takes_and_gives(running_gate: Running) -> None:
    with running_gate.http() as http:
        document = http.get("/openapi.json").json()
    assert list(document["paths"]) == ROUTES
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
