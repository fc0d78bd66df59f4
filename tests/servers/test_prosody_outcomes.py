"""What becomes of stanzas with terms that do one thing each; and what does without a gate that judges."""

import json
import re
import signal
import socket
import subprocess
import threading
from contextlib import contextmanager

import httpx
import pytest

from ecluse.stores.data import KEYS
from ecluse.stores.keys import KeyStore, Scope
from tests.servers.conftest import NAMES
from tests.servers.people import people, until
from tests.servers.prosody import HOST, ROOMS, prosody
from tests.servers.raw import Raw
from tests.servers.test_prosody import signals, why
from tests.service.running import running, start, wait

TERMS = """
id: outcomes
version: "1"
title: One rule for each outcome
ladder:
  appeal: {how: write to appeals@example.org}
  account:
    strike: {refusals: 1000, within: 1h, expires: 30d}
    steps:
      - {id: warned, strikes: 1, then: warning}
rules:
  - id: newcomers-wait
    clause: In its first two seconds an account's messages are delivered later.
    kinds: [send]
    when: [account_age < 2s]
    then: delay
  - id: lists
    clause: A message to more than one reaches those who wrote to you.
    kinds: [send]
    when: [recipients_of_this_send > 1, strangers.1m > 0]
    then: drop_strangers
  - id: crowded-network
    clause: At most three accounts an hour may register from one network.
    kinds: [register]
    when: [network.accounts_registered.1h > 3]
    then: refuse
  - id: three-rooms
    clause: You may create three rooms an hour.
    kinds: [create_group]
    when: [groups_created.1h > 3]
    then: refuse
"""
THREE_STRANGERS = """
id: three
version: "1"
title: Three strangers
rules:
  - id: three-strangers
    clause: You may write to three strangers an hour.
    when: [strangers.1h > 3]
    then: refuse
"""


def message(to, text, more=""):
    return f"<message type='chat' to='{to}@{HOST}'><body>{text}</body>{more}</message>"


def test_four_hundred_messages_in_one_write_do_not_stall(server):
    with Raw(server.port).log_in("p-18") as sender, Raw(server.port).log_in("p-19") as reader:
        sender.write("".join(message("p-19", n) for n in range(400)))
        got = re.findall(r"<body>(\d+)</body>", reader.until("</message>", 400))
    assert got == [str(n) for n in range(400)]


def test_a_delayed_message_comes_later(server):
    with Raw(server.port) as newcomer, Raw(server.port).log_in("p-0") as reader:
        assert "type='result'" in newcomer.register("newcomer")
        newcomer.log_in("newcomer")
        newcomer.write(message("p-0", "Hello"))
        assert "Hello" not in newcomer.settled()
        before = server.counted()["delay"]
        assert (before, "Hello" in reader.until("</message>")) == (1, True)


def test_a_flood_of_registrations_from_one_network_is_refused(server):
    with Raw(server.port) as stranger:
        answers = [stranger.register(f"flood-{n}") for n in range(8)]
    refused = [answer for answer in answers if "type='error'" in answer]
    assert len(refused) >= 5
    assert [("policy-violation" in answer, "At most three accounts an hour" in answer) for answer in refused] == [
        (True, True)
    ] * len(refused)
    accounts = (server.folder / "data" / "xmpp%2etest" / "accounts").iterdir()
    assert len([path for path in accounts if path.name.startswith("flood")]) == 8 - len(refused)


def test_rooms_without_end_are_refused(server):
    join = "<x xmlns='http://jabber.org/protocol/muc'/>"
    with Raw(server.port).log_in("p-1") as person:
        for n in range(4):
            person.write(f"<presence to='room-{n}@{ROOMS}/p-1'>{join}</presence>")
        refused = re.findall(r"from='(room-\d)[^>]*type='error'|type='error'[^>]*from='(room-\d)", person.settled())
    assert [one or other for one, other in refused] == ["room-3"]


async def test_who_is_suspended_can_not_send_and_after_a_won_appeal_can(server, gate):
    keys = KeyStore(gate.data / KEYS)
    tokens = [keys.create(name, [Scope.ADMIN, Scope.READ], now_s=1).token for name in ("Ada", "Bob")]
    keys.close()
    ada, bob = (httpx.Client(base_url=gate.url, headers={"authorization": f"Bearer {token}"}) for token in tokens)

    def post(http, path, **body):
        answer = http.post(path, json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    with ada, bob:
        async with people(server, ["mallory", "p-4"], mallory="fr") as (mallory, friend):
            mallory.say("p-4", "before")
            await mallory.settled()
            body = {"measure": "suspension", "rule": "three-rooms", "facts": "Seen by hand.", "lasts_s": 86_400}
            laid = post(ada, f"/v1/accounts/mallory@{HOST}/sanctions", **body)
            for needed in range(1, laid["signatures_needed"]):
                signature = {"decision": "confirm", "note": f"So do I ({needed})."}
                post(bob, f"/v1/sanctions/{laid['sanction']}/signatures", **signature)
            mallory.say("p-4", "during")
            mallory.send_presence_subscription(f"p-5@{HOST}")
            await mallory.settled()
            assert len(mallory.refused) == 2
            kind, violates, text, refused = why(mallory.refused[0])
            assert (kind, violates, refused["sanction"]) == ("wait", True, str(laid["sanction"]))
            assert "appeals@example.org" in text
            friend.say("mallory", "I can still be read")
            await until(lambda: mallory.heard)
            appeal = post(ada, "/v1/appeals", sanction=laid["sanction"], words="It was not me.")
            path = f"/v1/appeals/{appeal['appeal']}"
            post(bob, f"{path}/assign")
            post(bob, f"{path}/decide", outcome="reversed", answer="It was not you.")
            mallory.say("p-4", "after")
            await until(lambda: len(friend.heard) == 2)
        assert [text for _, text in friend.heard] == ["before", "after"]


def test_strange_texts_and_long_names_are_no_way_around(server, gate):
    long = "x" * 300
    with Raw(server.port).log_in("p-2") as sender:
        sender.write(message("p-3", "&quot;\\ \t\n \u2028 \U0001f600 } ,", "<thread>t</thread>"))
        sender.write(message(long, "Hello"))
        sender.settled()
    assert signals(gate, "p-2")["recipients.1h"] == 2


@contextmanager
def recorder(answer):
    """A line door that keeps what it is told. answer: of the number of a line, what to say to it, None for nothing."""
    lines = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as file:
                for line in file:
                    said = json.loads(line)
                    lines.append(said)
                    told = answer(said)
                    if told is not None:
                        file.write(json.dumps({"id": said["id"], **told}).encode() + b"\n")
                        file.flush()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield lines, listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


def passes(said):
    return {"passed": len(said["decide"])} if "decide" in said else {"taken": 1}


def decided(lines):
    return [event for line in lines for event in line.get("decide", ())]


def test_what_waits_is_asked_in_one_line_and_one_fault_is_no_others(prosody_there, tmp_path):
    def answers(said):
        texts = [event["text"] for event in said["decide"]]
        wrong = {"problem": {"code": "invalid", "status": 422, "field": "text"}}
        return wrong if "wrong" in texts else passes(said)

    with recorder(answers) as (lines, port), prosody(tmp_path, NAMES, port=port) as server:
        with Raw(server.port).log_in("ada") as ada, Raw(server.port).log_in("bob") as bob:
            texts = ["one", "two", "wrong", "four", "five"]
            ada.write("".join(message("bob", text, "") for text in texts))
            got = bob.until("<body>five</body>")
            assert [text for text in texts if f"<body>{text}</body>" in got] == ["one", "two", "four", "five"]
            assert got.index("one") < got.index("two") < got.index("four")
            ada.until("policy-violation")
        asked = [[event["text"] for event in line["decide"]] for line in lines]
    assert max(map(len, asked)) > 1  # those behind the first wait together
    assert ["wrong"] in asked


def test_a_gate_that_knows_nothing_of_brief_is_none(prosody_there, tmp_path):
    def answers(said):
        return {"problem": {"code": "invalid", "status": 422, "field": "brief"}}

    with recorder(answers) as (_, port), prosody(tmp_path, NAMES, port=port) as server:
        with Raw(server.port).log_in("ada") as ada, Raw(server.port).log_in("bob") as bob:
            ada.write(message("bob", "anybody?", ""))
            bob.until("anybody")
        assert "There is no gate (it is older than this module): everything passes" in server.log()


def test_a_sealed_message_is_put_without_its_text(prosody_there, tmp_path):
    sealed = "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted>"
    with recorder(passes) as (lines, port), prosody(tmp_path, NAMES, port=port, key="ecl_key") as server:
        with Raw(server.port).log_in("ada") as ada:
            ada.write(message("bob", "I sent you an OMEMO encrypted message", sealed))
            ada.write(message("bob", "\u00e9\U0001f600 \\ &quot;", ""))
            ada.settled()
        assert lines[0] == {"id": 0, "key": "ecl_key"}
        events = decided(lines)
    at, ids = [event.pop("at") for event in events], [event.pop("id") for event in events]
    known = {"kind": "send", "sender": f"ada@{HOST}", "recipients": [f"bob@{HOST}"], "language": "en"}
    assert [event.pop("network") for event in events] == ["127.0.0.0/24"] * 2
    assert events == [known, {**known, "text": '\u00e9\U0001f600 \\ "'}]
    assert (len(set(ids)), at == sorted(at)) == (2, True)


def test_without_texts_none_is_put(prosody_there, tmp_path):
    with recorder(passes) as (lines, port), prosody(tmp_path, NAMES, port=port, text=False) as server:
        with Raw(server.port).log_in("ada") as ada:
            ada.write(message("bob", "Hello"))
            ada.settled()
        assert [event.get("text") for event in decided(lines)] == [None]


SHOWN = (
    "<subject>Buy now</subject>",
    "<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>Buy</body></html>",
    "<x xmlns='jabber:x:oob'><url>https://shop.example</url></x>",
)


def test_what_clients_show_without_a_body_is_a_message(prosody_there, tmp_path):
    quiet = "<active xmlns='http://jabber.org/protocol/chatstates'/>"
    with recorder(passes) as (lines, port), prosody(tmp_path, NAMES, port=port) as server:
        with Raw(server.port).log_in("ada") as ada:
            for payload in (quiet, *SHOWN):
                ada.write(f"<message to='bob@{HOST}' type='normal'>{payload}</message>")
            ada.settled()
        assert [event["kind"] for event in decided(lines)] == ["send"] * len(SHOWN)


def test_settings_that_are_wrong_are_said_and_the_module_judges_all_the_same(prosody_there, tmp_path):
    settings = {"timeout": "soon", "on_failure": "Closed", "backlog": -1, "shadow": "yes", "text": "some"}
    with recorder(passes) as (lines, port), prosody(tmp_path, NAMES, port=port, **settings) as server:
        with Raw(server.port).log_in("ada") as ada:
            ada.write(message("bob", "Hello", ""))
            ada.settled()
        assert [event["text"] for event in decided(lines)] == ["Hello"]
        log = server.log()
    for said in (
        "ecluse_timeout = soon is not a number from 0.01 to 60; it is taken for 1",
        "ecluse_on_failure = Closed is not one of open, closed; it is taken for open",
        "ecluse_backlog = -1 is not a number from 0 to 10000000; it is taken for 10000",
        "ecluse_shadow = yes is not true or false; it is taken for false",
        "ecluse_text = some is not true or false; it is taken for true",
    ):
        assert log.count(said) == 1


def test_in_shadow_nothing_is_held_back(prosody_there, tmp_path):
    data = tmp_path / "gate"
    data.mkdir()
    (data / "terms.yaml").write_text(THREE_STRANGERS)
    with (
        running(data, "--socket", str(data / "gate.sock")),
        prosody(tmp_path / "p", NAMES, socket=data / "gate.sock", shadow=True, timeout=30) as server,
        Raw(server.port).log_in("ada") as ada,
    ):
        for n in range(5):
            ada.write(message(f"s-{n}", "Hello"))
        assert "error" not in ada.settled()
        assert server.counted() == {"pass": 3, "refuse": 2}
        assert server.log().count("Would have been stopped (refuse)") == 2


def test_who_is_warned_is_told_once_and_what_they_sent_is_delivered(prosody_there, tmp_path):
    data = tmp_path / "gate"
    data.mkdir()
    (data / "terms.yaml").write_text(THREE_STRANGERS.replace("then: refuse", "mode: warn\n    then: refuse"))
    with (
        running(data, "--socket", str(data / "gate.sock")),
        prosody(tmp_path / "p", NAMES, socket=data / "gate.sock", timeout=30) as server,
        Raw(server.port).log_in("ada") as ada,
        Raw(server.port).log_in("s-5") as stranger,
    ):
        for n in range(6):
            ada.write(message(f"s-{n}", "Hello"))
        got = ada.settled()
        (told,) = re.findall(r"<message [^>]*>.*?</message>", got)
        assert (f"from='{HOST}'" in told, "type='error'" in told) == (True, False)
        assert "This was sent. It will soon be refused." in told
        stranger.until("Hello")


@pytest.mark.parametrize("choice", ["open", "closed"])
async def test_the_gate_is_killed_and_comes_back(prosody_there, tmp_path, choice):
    data = tmp_path / "gate"
    data.mkdir()
    (data / "terms.yaml").write_text(THREE_STRANGERS)
    options = ("--terms", str(data / "terms.yaml"), "--no-auth", "--socket", str(data / "gate.sock"))
    process, port = start(data, *options)
    url = f"http://127.0.0.1:{port}"
    wait(process, url)
    settings = {"socket": data / "gate.sock", "on_failure": choice, "timeout": 30}
    with prosody(tmp_path / "p", NAMES, **settings) as server:
        async with people(server, ["ada", "eve"], ada="es") as (ada, eve):
            ada.say("s-0", "Hello")
            await ada.settled()
            process.kill()
            process.wait()
            process.stderr.close()
            for n in range(1, 6):
                ada.say(f"s-{n}", "Hello")
            await ada.settled()
            assert server.counted() == {"pass": 1, "unjudged": 5}
            if choice == "open":
                assert ada.refused == []
                assert "There is no gate" in server.log()
            else:
                text = "Esto no se envió: ahora no es posible comprobar los mensajes. Inténtelo de nuevo en 5 segundos."
                assert [why(stanza) for stanza in ada.refused] == [("wait", True, text, {"retry-after": "5"})] * 5
            ada.refused.clear()
            with subprocess.Popen(process.args, stderr=subprocess.PIPE) as again:
                wait(again, url)
                await until(lambda: "answers again" in server.log())
                if choice == "open":
                    await until(lambda: server.counted().get("told") == 5)
                ada.say("s-6", "Hello")
                await ada.settled()
                assert len(ada.refused) == (1 if choice == "open" else 0)
                eve.say("ada", "Hello")
                await until(lambda: ada.heard)
                again.send_signal(signal.SIGTERM)
            assert again.returncode == 0


def test_a_gate_that_hangs_is_left_alone(prosody_there, tmp_path):
    def hangs(said):
        return passes(said) if said.get("decide") == [] and len(lines) < 3 else None

    with recorder(hangs) as (lines, port), prosody(tmp_path, NAMES, port=port, timeout=0.2) as server:
        with Raw(server.port).log_in("ada") as ada, Raw(server.port).log_in("bob") as bob:
            for n in range(30):
                ada.write(message("bob", n))
                bob.until("</message>")
        assert server.counted() == {"unjudged": 30}
        assert len(decided(lines)) <= 6
        assert "it does not answer in time" in server.log()
