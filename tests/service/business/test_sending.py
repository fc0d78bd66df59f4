"""What a send may and may not: once, how many, by whom, and whatever a stranger puts into it."""

import concurrent.futures
import time

import httpx
import pytest

from tests.service.business.world import PNG, Shop, User, office, open_shop, receiving, text, wait_for
from tests.service.running import Running


def code_of(answer: httpx.Response) -> tuple[int, int | None]:
    error = answer.json().get("error", {})
    return answer.status_code, error.get("code")


def test_a_repeated_request_with_a_key_is_one_message(gate: Running, shop: Shop, zoe: User) -> None:
    zoe.write(shop.number)
    with shop.api(gate) as api:

        def send(body: str, key: str) -> httpx.Response:
            return api.post(f"{shop.phone}/messages", json=text(zoe.account, body), headers={"idempotency-key": key})

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: send("Once", "k1"), range(8)))
        assert {answer.text for answer in answers} == {answers[0].text}
        assert code_of(send("Another", "k1")) == (400, 131009)
        assert send("Twice", "k2").text != answers[0].text
        assert code_of(send("x", "k" * 256)) == (400, 131009)
    wait_for(lambda: len(zoe.inbox()) == 2)
    assert [message["content"]["body"] for message in zoe.inbox()] == ["Once", "Twice"]


def test_any_version_or_none_a_slash_or_none_and_the_token_in_the_query(gate: Running, shop: Shop, zoe: User) -> None:
    zoe.write(shop.number)
    for path in ("v13.0/", "v26.0/", "v100.1/", ""):
        for end in ("", "/"):
            url = f"{gate.url}/{path}{shop.phone}/messages{end}"
            headers = {"authorization": "Bearer nonsense"}
            sent = httpx.post(url, params={"access_token": shop.token}, headers=headers, json=text(f"+{zoe.account}"))
            assert sent.status_code == 200, sent.text
            assert sent.json()["contacts"][0]["input"] == f"+{zoe.account}"


def test_the_id_that_a_webhook_gives_is_an_address_and_another_one_for_every_business(
    gate: Running, shop: Shop, zoe: User
) -> None:
    other = open_shop(gate, "Other")
    with receiving(gate, shop) as here, receiving(gate, other) as there:
        zoe.write(shop.number)
        zoe.write(other.number)
        mine = wait_for(lambda: here.received)[0].value["contacts"][0]["user_id"]
        theirs = wait_for(lambda: there.received)[0].value["contacts"][0]["user_id"]
    assert mine != theirs
    body = {key: value for key, value in text("").items() if key != "to"}
    with shop.api(gate) as api:
        sent = api.post(f"{shop.phone}/messages", json={**body, "recipient": mine})
        assert sent.json()["contacts"][0]["wa_id"] == zoe.account
        assert code_of(api.post(f"{shop.phone}/messages", json={**body, "recipient": theirs})) == (400, 131026)


def test_too_many_to_one_person(gate: Running, shop: Shop, zoe: User) -> None:
    zoe.write(shop.number)
    with shop.api(gate) as api:
        answers = [api.post(f"{shop.phone}/messages", json=text(zoe.account, str(n))) for n in range(46)]
    assert [answer.status_code for answer in answers[:45]] == [200] * 45
    last = answers[45]
    assert code_of(last) == (429, 131056)
    assert int(last.headers["retry-after"]) == last.json()["error"]["retry_after"]


def test_a_business_that_people_report_goes_red_and_a_person_lets_it_back(gate: Running, shop: Shop, zoe: User) -> None:
    crowd = [User(gate, f"3395{n:05}") for n in range(5)]
    for user in (*crowd, zoe):
        user.write(shop.number)
    with shop.api(gate) as api:
        assert api.get(shop.phone).json()["quality_rating"] == "GREEN"
        for user in crowd[:4]:
            user.do("report", shop.number)
            user.do("report", shop.number)
        wait_for(lambda: api.get(shop.phone).json()["quality_rating"] == "RED")
        assert code_of(api.post(f"{shop.phone}/messages", json=text(zoe.account))) == (429, 131048)
    here = office(gate)
    with gate.http("admin") as http:
        sheet = http.get(f"/v1/partners/{shop.partner}").json()
        assert (sheet["rating"], sheet["counts"]["reports"], sheet["counts"]["people"]) == ("RED", 4, 6)
        url = f"/v1/partners/{shop.partner}/decisions"
        assert http.post(url, json={"deed": "suspend", "why": "reports"}).json()["status"] == "suspended"
    with shop.api(gate) as api:
        wait_for(lambda: code_of(api.post(f"{shop.phone}/messages", json=text(zoe.account))) == (403, 368))
        here.decide(shop.partner, "reinstate", who="test", why="settled", now_s=int(time.time()))
        wait_for(lambda: api.post(f"{shop.phone}/messages", json=text(zoe.account)).status_code == 200)
        here.decide(shop.partner, "expel", who="test", why="again", now_s=int(time.time()))
        wait_for(lambda: code_of(api.post(f"{shop.phone}/messages", json=text(zoe.account))) == (403, 131031))
    here.records.close()


def test_who_never_talked_with_a_business_cannot_make_it_worse(gate: Running, shop: Shop, zoe: User) -> None:
    zoe.do("report", shop.number)
    zoe.do("block", shop.number)
    with gate.http("admin") as http:
        counts = http.get(f"/v1/partners/{shop.partner}").json()["counts"]
    assert (counts["reports"], counts["blocks"]) == (0, 0)


def test_pushes_are_counted_and_conversations_listed(gate: Running, shop: Shop, zoe: User) -> None:
    with shop.api(gate) as api:
        assert code_of(api.post(f"{shop.phone}/messages", json=text(zoe.account))) == (400, 131047)
        zoe.write(shop.number)
        (open_now,) = api.get(f"{shop.phone}/conversations").json()["data"]
        assert (open_now["wa_id"], open_now["open"], open_now["name"]) == (zoe.account, True, "Zoe")
        assert open_now["expires"] == open_now["last_heard"] + 86_400
        zoe.do("end", shop.number)
        (ended,) = api.get(f"{shop.phone}/conversations").json()["data"]
        assert (ended["open"], ended["ended_by_user"] is None) == (False, False)
        zoe.write(shop.number, "again")
        (again,) = api.get(f"{shop.phone}/conversations").json()["data"]
        assert (again["open"], again["ended_by_user"]) == (True, None)
    with gate.http("admin") as http:
        wait_for(lambda: http.get(f"/v1/partners/{shop.partner}").json()["counts"]["pushes"] == 1)


BAD = [
    (b"", 100),
    (b"[]", 100),
    (b"\xff\xfe", 100),
    (b"[" * 100_000, 100),
    (b'{"messaging_product":"whatsapp"}', 131008),
    (b'{"messaging_product":"whatsapp","status":"delivered","message_id":"x"}', 131009),
    (b'{"messaging_product":"whatsapp","status":"read"}', 131008),
    (b'{"messaging_product":"whatsapp","status":"read","message_id":"wamid.none"}', 131009),
    (b'{"messaging_product":"whatsapp","to":"1","type":"text","text":{"body":"x"}}', 131026),
    (b'{"messaging_product":"whatsapp","to":"' + b"9" * 5_000 + b'","type":"text","text":{"body":"x"}}', 131009),
    (b"{" + b" " * (300 << 10) + b"}", 100),
]


@pytest.mark.parametrize(("body", "code"), BAD)
def test_what_is_no_message(gate: Running, shop: Shop, body: bytes, code: int) -> None:
    with shop.api(gate) as api:
        answer = api.post(f"{shop.phone}/messages", content=body)
    assert code_of(answer)[1] == code, answer.text


def test_links_to_media_are_fetched_only_from_where_they_may(gate: Running, shop: Shop, zoe: User) -> None:
    zoe.write(shop.number)
    with shop.api(gate) as api:
        for link in ("https://10.0.0.1/a.png", "http://example.org/a.png", f"http://127.0.0.1:{gate.port}/healthz"):
            body = {**text(zoe.account), "type": "image", "image": {"link": link}}
            assert code_of(api.post(f"{shop.phone}/messages", json=body)) == (400, 131053)


def form(*parts: bytes) -> tuple[bytes, dict[str, str]]:
    body = b"".join(b"--xx\r\n" + part + b"\r\n" for part in parts) + b"--xx--\r\n"
    return body, {"content-type": "multipart/form-data; boundary=xx"}


def test_uploads_that_are_none(gate: Running, shop: Shop) -> None:
    named = b'Content-Disposition: form-data; name="%s"\r\n\r\n%s'
    file = b'Content-Disposition: form-data; name="file"; filename="a"\r\nContent-Type: %s\r\n\r\n%s'
    cases = [
        (form(named % (b"type", b"image/png")), 100),
        (form(file % (b"image/png", b"")), 131053),
        (form(file % (b"image/png", b"GIF89a")), 131053),
        (form(file % (b"image/png", PNG), file % (b"image/png", PNG)), 100),
        (form(file % (b"image/png", b"\x89PNG\r\n\x1a\n" + b"x" * (5 << 20))), 131053),
        (form(file % (b"image/webp", b"RIFF1234WEBPVP8 " + b"x" * (101 << 10))), 131053),
        (form(*[named % (b"a%d" % n, b"x") for n in range(17)]), 100),
        (form(named % (b"type", b"x" * 2_000)), 100),
        ((b"--xx\r\nbroken", {"content-type": "multipart/form-data; boundary=xx"}), 100),
        ((b"nothing of the sort", {"content-type": "multipart/form-data; boundary=xx"}), 100),
        ((b"{}", {"content-type": "application/json"}), 100),
        ((b"", {}), 100),
    ]
    with shop.api(gate) as api:
        for (body, headers), code in cases:
            answer = api.post(f"{shop.phone}/media", content=body, headers=headers)
            assert code_of(answer)[1] == code, (body[:80], answer.text)
        good, headers = form(file % (b"application/octet-stream", PNG), named % (b"type", b"image/png"))
        assert api.post(f"{shop.phone}/media", content=good, headers=headers).status_code == 200
    assert [path for path in (gate.data / "media").iterdir() if path.name.endswith(".new")] == []


def test_a_link_to_a_file_is_good_for_its_file_and_its_time(gate: Running, shop: Shop) -> None:
    with shop.api(gate) as api:
        files = {"file": ("x.png", PNG, "image/png"), "messaging_product": (None, "whatsapp")}
        one, two = (api.post(f"{shop.phone}/media", files=files).json()["id"] for _ in range(2))
        url = api.get(one).json()["url"]
    assert httpx.get(url).content == PNG
    for bad in (url.replace(one, two), url.replace("until=", "until=9"), url[:-1], url.partition("?")[0]):
        assert code_of(httpx.get(bad)) == (400, 100)
