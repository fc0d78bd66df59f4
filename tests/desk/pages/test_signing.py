"""Who may come in, over HTTP."""

import httpx
import pytest

from ecluse.desk.agents import TRIES_MAX
from ecluse.desk.pages.sessions import COOKIE
from ecluse.desk.pages.signing import FORM_BYTES_MAX
from tests.desk.pages.world import PASSWORD


@pytest.fixture
def http(desk):
    with httpx.Client(base_url=desk.url, timeout=30) as client:
        yield client


def sign_in(http, name="ada", password=PASSWORD, **given):
    return http.post("/sign-in", data={"name": name, "password": password, **given.pop("data", {})}, **given)


def test_who_is_not_known_sees_nothing(http):
    for path in (
        "/", "/b/flowers", "/b/flowers/c/1", "/b/none", "/b/flowers/numbers", "/b/flowers/links", "/b/flowers/issues",
        "/b/flowers/replies", "/b/flowers/what", "/b/flowers/qr.svg?keyword=NEWS", "/b/flowers/media/1",
    ):  # fmt: skip
        answer = http.get(path)
        assert (answer.status_code, answer.headers["location"][:8]) == (303, "/sign-in"), path


def test_other_paths_lead_nowhere(http):
    for path in ("/nothing", "/docs", "/openapi.json", "/b", "/c/1", "/_nicegui/none", "/webhook/none/none"):
        assert http.get(path).status_code == 404, path


def test_a_password_lets_in_and_signing_out_ends_it(http):
    answer = sign_in(http)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    for part in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert part in answer.headers["set-cookie"]
    assert "Secure" not in answer.headers["set-cookie"]
    assert http.get("/").headers["location"] == "/b/flowers"
    assert http.get("/b/flowers").status_code == 200
    kept = http.cookies[COOKIE]
    assert http.post("/sign-out").headers["location"] == "/sign-in"
    assert COOKIE not in http.cookies
    http.cookies.set(COOKIE, kept)
    assert http.get("/b/flowers").status_code == 303


def test_behind_tls_the_cookie_goes_nowhere_else(http):
    assert "Secure" in sign_in(http, headers={"x-forwarded-proto": "https"}).headers["set-cookie"]


def test_one_answer_for_a_wrong_name_and_a_wrong_password(http):
    answers = [sign_in(http, *wrong) for wrong in (("ada", "not the password"), ("nobody", PASSWORD))]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert len({answer.text.replace("nobody", "ada") for answer in answers}) == 1
    assert COOKIE not in http.cookies


def test_guessing_is_slow(http):
    guesses = [sign_in(http, "bob", f"a guess, number {n}").status_code for n in range(TRIES_MAX)]
    assert guesses == [401] * TRIES_MAX
    answer = sign_in(http, "bob")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 300
    assert sign_in(http, "ada").status_code == 303


def test_it_leads_to_pages_of_the_desk_alone(http):
    searched = "/b/flowers?show=mine&q=blue%20tulips"
    assert httpx.URL(http.get(searched).headers["location"]).params["then"] == searched
    there = http.get("/b/flowers/c/5").headers["location"]
    assert there == "/sign-in?then=/b/flowers/c/5"
    assert 'value="/b/flowers/c/5"' in http.get(there).text
    assert sign_in(http, data={"then": "/b/flowers/c/5"}).headers["location"] == "/b/flowers/c/5"
    assert sign_in(http, data={"then": searched}).headers["location"] == searched
    for wrong in ("//example.org", "https://example.org", "/b/x\r\nset-cookie: a=b", "javascript:alert(1)", "/b//../"):
        assert sign_in(http, data={"then": wrong}).headers["location"] == "/"
        assert "example.org" not in http.get("/sign-in", params={"then": wrong}).text


def test_forms_of_other_sites_are_refused(http):
    assert sign_in(http, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    sign_in(http)
    assert http.post("/sign-out", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert http.get("/b/flowers").status_code == 200


def test_what_is_too_long_is_refused(http):
    assert sign_in(http, "a" * 101).status_code == 422
    assert sign_in(http, "ada", "a" * 201).status_code == 422
    assert http.post("/sign-in", data={str(number): "a" for number in range(4)}).status_code == 422
    assert http.post("/sign-in", data={"name": "a" * FORM_BYTES_MAX}).status_code == 413


def test_names_in_the_form_are_text(http):
    assert "<script>alert" not in sign_in(http, "<script>alert(1)</script>").text


def test_another_business_is_as_one_that_is_not_there(http):
    sign_in(http)
    pages = ("", "/c/1", "/numbers", "/links", "/issues", "/replies", "/qr.svg?keyword=NEWS", "/media/1")
    for page in pages:
        theirs, none = http.get(f"/b/fruit{page}"), http.get(f"/b/none{page}")
        assert (theirs.status_code, none.status_code) == (404, 404), page
        assert theirs.text == none.text
    assert "Fruit" not in http.get("/").text


def test_each_answer_says_what_a_browser_may_do_with_it(http):
    for path in ("/", "/sign-in", "/healthz", "/nothing", "/webhook/none"):
        headers = http.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/sign-inn", "/sign-in/x", "/healthzz", "/favicon.ico/x", "/webhook/a/b", "/_nicegui/x"]
)
def test_strangers_are_told_that_there_is_nothing_without_anything_being_made_for_them(http, path):
    answer = http.get(path)
    assert (answer.status_code, "There is no such page" in answer.text) == (404, True)
