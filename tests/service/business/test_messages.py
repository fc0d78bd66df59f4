from tests.service.business.world import Shop, User, receiving, text, wait_for
from tests.service.running import Running


def test_a_business_answers_who_wrote_and_hears_what_became_of_it(gate: Running, shop: Shop, zoe: User) -> None:
    with receiving(gate, shop) as receiver, shop.api(gate) as api:
        heard = zoe.write(shop.number)
        (message,) = wait_for(lambda: receiver.of("messages"))
        assert (message["from"], message["id"], message["text"]) == (zoe.account, heard["id"], {"body": "NEWS"})
        answer = api.post(f"{shop.phone}/messages", json=text(zoe.account, "The news", biz_opaque_callback_data="x"))
        assert answer.status_code == 200, answer.text
        sent = answer.json()["messages"][0]["id"]
        (got,) = wait_for(zoe.inbox)
        assert (got["id"], got["content"]["body"], got["number"]) == (sent, "The news", shop.number)
        statuses = wait_for(lambda: receiver.of("statuses") if len(receiver.of("statuses")) == 2 else None)
        assert [status["status"] for status in statuses] == ["sent", "delivered"]
        assert {status["biz_opaque_callback_data"] for status in statuses} == {"x"}
        assert [got.is_signed(shop.secret) for got in receiver.received] == [True, True, True]


def test_a_push_is_refused_a_template_too(gate: Running, shop: Shop, zoe: User) -> None:
    with shop.api(gate) as api:
        for body in (
            text(zoe.account),
            {**text(zoe.account), "type": "template", "template": {"name": "x", "language": {"code": "en"}}},
        ):
            answer = api.post(f"{shop.phone}/messages", json=body)
            error = answer.json()["error"]
            assert (answer.status_code, error["code"]) == (400, 131047)
            assert "A template does not help" in error["error_data"]["details"]
            assert error["since"] in error["error_data"]["details"]
    assert zoe.inbox() == []
