"""People with a real client on a real Prosody, behind a real gate with the starter terms."""

from xml.etree import ElementTree as ET

import pytest

from tests.servers.conftest import PEOPLE, STRANGERS
from tests.servers.people import people, until
from tests.servers.prosody import GATEWAY, HOST, ROOMS
from tests.servers.raw import Raw
from tests.service.running import now_ms, send

slixmpp = pytest.importorskip("slixmpp")
OURS = "urn:ecluse:0"
DAY_MS = 86_400_000


def signals(gate, name):
    """The signals of an account, by name."""
    with gate.http("read") as http:
        answer = http.get(f"/v1/accounts/{name}@{HOST}", params={"at": "latest"})
    return {signal["signal"]: signal["value"] for signal in answer.json()["signals"]}


def why(stanza):
    """Of an error at the client: type, whether it is a policy violation, text, and our own element's attributes."""
    error = stanza["error"]
    refused = stanza.xml.find(f".//{{{OURS}}}refused")
    condition = stanza.xml.find("{*}error/{urn:ietf:params:xml:ns:xmpp-stanzas}policy-violation")
    return error["type"], condition is not None, error["text"], dict(refused.attrib)


async def test_twenty_people_talk_and_notice_nothing(server, gate):
    async with people(server, PEOPLE) as all_of_them:
        for person in all_of_them:
            await person.join("kitchen")
        for round_ in range(3):
            for n, person in enumerate(all_of_them):
                for friend in (all_of_them[(n + 1) % 20], all_of_them[(n + 7) % 20]):
                    person.say(friend.boundjid.user, f"round {round_}")
                    friend.say(person.boundjid.user, "indeed")
                person.send_message(f"kitchen@{ROOMS}", f"to all {round_}", mtype="groupchat")
            for person in all_of_them:
                await person.settled()
        assert [person.refused for person in all_of_them] == [[]] * 20
        await until(lambda: all(len(person.heard) == 3 * (4 + 20) for person in all_of_them))
    assert server.counted()["pass"] >= 3 * 20 * 5


async def test_who_writes_to_two_hundred_strangers_is_stopped_and_told_why_in_their_language(server, gate):
    async with people(server, ["eve", "s-0"], eve="fr") as (eve, first):
        for name in STRANGERS[:200]:
            eve.say(name, "Buy now")
        await eve.settled()
        await until(lambda: first.heard)
        assert len(eve.refused) > 140
        kind, violates, text, refused = why(eve.refused[-1])
        assert (kind, violates) == ("wait", True)
        assert text.startswith("Ceci n'a pas été envoyé.")
        assert int(refused["retry-after"]) > 0
        assert refused["rules"]
    got = signals(gate, "eve")
    assert (got["recipients.1h"], got["refused_attempts.1h"]) == (200 - len(eve.refused), len(eve.refused))


async def test_who_asks_two_hundred_strangers_for_contact_is_stopped(server):
    async with people(server, ["mallory", "s-0"]) as (mallory, first):
        for name in STRANGERS[:200]:
            mallory.send_presence_subscription(f"{name}@{HOST}")
        await mallory.settled()
        await until(lambda: first.stanzas)
        assert len(mallory.refused) > 140
        assert why(mallory.refused[-1])[:2] == ("wait", True)
    roster = (server.folder / "data" / "xmpp%2etest" / "roster" / "mallory.dat").read_text()
    assert roster.count('["ask"] = "subscribe"') == 200 - len(mallory.refused)


async def test_who_consents_to_a_contact_has_answered(server, gate):
    async with people(server, ["p-0", "p-1"]) as (asks, consents):
        asks.send_presence_subscription(f"p-1@{HOST}")
        await until(lambda: consents.stanzas)
        consents.send_presence_subscription(f"p-0@{HOST}", ptype="subscribed")
        await consents.settled()
    assert signals(gate, "p-0")["strangers.1h"] == 0


async def test_a_newsletter_to_three_hundred_followers_is_stopped(server, gate):
    then = now_ms() - 3 * DAY_MS
    followers = [
        {"kind": "send", "at": then, "sender": f"{name}@{HOST}", "recipients": [f"news@{HOST}"], "text": "start"}
        for name in STRANGERS
    ]
    gate.post(followers, "/v1/events", "observe").raise_for_status()
    async with people(server, ["news"]) as (news,):
        for name in STRANGERS:
            news.say(name, "The news of today")
        await news.settled()
        assert len(news.refused) >= 200  # whichever rule speaks first: of newsletters, or of machines


async def test_a_forward_says_how_far_it_has_come_and_goes_to_five_chats(server):
    async with people(server, [*PEOPLE[:8]]) as (first, *others):

        def forward(person, to, message):
            stanza = person.make_message(f"{to}@{HOST}", "Look at this", mtype="chat")
            forwarded = ET.SubElement(stanza.xml, "{urn:xmpp:forward:0}forwarded")
            forwarded.append(message)
            stanza.send()

        first.say(others[0].boundjid.user, "A rumour")
        await until(lambda: others[0].stanzas)
        for n, person in enumerate(others[:6]):
            inner = person.stanzas[-1].xml
            inner.tag = "{jabber:client}message"
            forward(person, others[n + 1].boundjid.user, inner)
            await until(lambda after=others[n + 1]: after.stanzas)
        marks = [person.stanzas[-1].xml.find(f"{{{OURS}}}hops") for person in others[1:]]
        assert [mark.get("n") for mark in marks] == ["1", "2", "3", "4", "5", "6"]
        labels = [[one.get("name") for one in p.stanzas[-1].xml.findall(f"{{{OURS}}}label")] for p in others[1:]]
        assert labels == [["forwarded"]] * 4 + [["forwarded_many_times"]] * 2

        last = others[6]
        inner = last.stanzas[-1].xml
        for name in ("p-10", "p-11"):  # forwarded six times: one chat only
            forward(last, name, inner)
        await last.settled()
        assert [why(stanza)[3]["rules"].split()[-1] for stanza in last.refused] == ["forward-again-to-one"]

        inner = others[0].stanzas[-1].xml
        for name in PEOPLE[10:17]:  # forwarded for the first time: five chats
            forward(first, name, inner)
        await first.settled()
        assert [why(stanza)[3]["rules"].split()[-1] for stanza in first.refused] == ["forward-again"] * 2


async def test_only_the_gate_says_what_a_message_is(server):
    async with people(server, ["p-2", "p-3"]) as (liar, reader):
        stanza = liar.make_message(f"p-3@{HOST}", "Checked by experts", mtype="chat")
        ET.SubElement(stanza.xml, f"{{{OURS}}}label", name="checked")
        stanza.send()
        await until(lambda: reader.stanzas)
        assert reader.stanzas[0].xml.find(f"{{{OURS}}}label") is None


async def test_a_room_is_one_peer_with_its_members_and_a_word_aside_is_to_a_person(server, gate):
    async with people(server, ["zoe", *PEOPLE[:5]]) as (zoe, *others):
        for person in (zoe, *others):
            await person.join("hall")
        zoe.send_message(f"hall@{ROOMS}", "Good evening", mtype="groupchat")
        await zoe.settled()
        await until(lambda: all(person.heard for person in others))
        got = signals(gate, "zoe")
        assert (got["recipients.1h"], got["reach.1h"]) == (1, 6)
        zoe.send_message(f"hall@{ROOMS}/p-1", "A word", mtype="chat")
        await until(lambda: len(others[1].heard) == 2)
        assert signals(gate, "zoe")["recipients.1h"] == 2
        others[1].say("zoe", "Yes?")
        await until(lambda: len(zoe.heard) == 2)
        assert signals(gate, "zoe")["strangers.1h"] == 1  # the room: nobody has said anything there


async def test_an_invitation_goes_to_who_is_invited(server, gate):
    async with people(server, ["zoe"]) as (zoe,):
        await zoe.join("cellar")
        before = signals(gate, "zoe")["recipients.1h"]
        zoe.plugin["xep_0045"].invite(f"cellar@{ROOMS}", f"p-9@{HOST}", reason="Come down")
        await zoe.settled()
        assert signals(gate, "zoe")["recipients.1h"] == before + 1


async def test_copies_are_not_counted(server, gate):
    async with people(server, ["bob", "ada"]) as (bob, ada):
        with Raw(server.port).log_in("bob") as phone:
            phone.write("<iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>")
            phone.until("id='c'")
            for n in range(5):
                bob.say("ada", f"message {n}")
                ada.say("bob", f"answer {n}")
            await bob.settled()
            await ada.settled()
            phone.until("urn:xmpp:carbons:2", 5)
            composing = "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
            phone.write(f"<message type='chat' to='ada@{HOST}'>{composing}</message>")
            phone.settled()
    assert (signals(gate, "bob")["messages.1h"], signals(gate, "ada")["messages.1h"]) == (5, 5)


async def test_blocks_and_reports_are_told(server, gate):
    for name in ("p-7", "p-8"):  # a report counts if it is by somebody who was written to
        gate.post(send(f"{name}@{HOST}", f"p-5@{HOST}")).raise_for_status()
    async with people(server, ["p-5"]) as (person,):
        request = person.make_iq_set()
        block = ET.SubElement(request.xml, "{urn:xmpp:blocking}block")
        ET.SubElement(block, "{urn:xmpp:blocking}item", jid=f"p-7@{HOST}/phone")
        item = ET.SubElement(block, "{urn:xmpp:blocking}item", jid=f"p-8@{HOST}")
        ET.SubElement(item, "{urn:xmpp:reporting:1}report", reason="urn:xmpp:reporting:spam")
        await request.send()
        await until(lambda: signals(gate, "p-8").get("reports.24h") == 1)
    assert [(signals(gate, name)["blocks.24h"], signals(gate, name)["reports.24h"]) for name in ("p-7", "p-8")] == [
        (1, 0),
        (1, 1),
    ]


async def test_what_people_of_other_servers_answer_is_heard(server, gate):

    gateway = slixmpp.ComponentXMPP(GATEWAY, "secret", "127.0.0.1", server.component)
    there = []
    gateway.add_event_handler("session_start", there.append)
    gateway.connect("127.0.0.1", server.component)
    await until(lambda: there)
    async with people(server, ["p-6"]) as (person,):
        person.say(f"friend@{GATEWAY}", "Are you there?")
        await person.settled()
        assert signals(gate, "p-6")["strangers.1h"] == 1
        gateway.send_message(f"p-6@{HOST}", "I am", mtype="chat", mfrom=f"friend@{GATEWAY}/x")
        await until(lambda: person.heard == [(f"friend@{GATEWAY}", "I am")])
        await until(lambda: signals(gate, "p-6")["strangers.1h"] == 0)
    await gateway.disconnect()
