from collections.abc import Iterator

import msgspec
import pytest

from ecluse import wire
from ecluse.client import Client, RefusedError
from tests.service.running import Running, now_ms, running, send

OFFER = "Need money fast? Up to 10,000 today, no papers, straight to your account. Ask us now"


def fill(running: Running, name: str) -> None:
    """Thirty fresh accounts take turns for three hours, up to now; nobody answers."""
    now = now_ms()
    events = [
        send(
            f"{name}{account}",
            f"{name}{account} to {turn}",
            at=now - (4 - turn) * 3_600_000 + account * 60_000,
            registered_at=now - 4 * 86_400_000,
            text=f"{OFFER} {name}",
        )
        for turn in range(4)
        for account in range(30)
    ]
    for start in range(0, len(events), 40):
        assert running.post(events[start : start + 40]).status_code == 200


@pytest.fixture(scope="module")
def running_gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A gate of their own: campaigns are found as of the latest event of all."""
    with running(tmp_path_factory.mktemp("gate") / "data") as started:
        yield started


@pytest.fixture(scope="module")
def campaign(running_gate: Running) -> wire.CampaignSummary:
    fill(running_gate, "sim")
    with running_gate.http("read") as http:
        (found,) = msgspec.json.decode(http.get("/v1/campaigns").content, type=list[wire.CampaignSummary])
    return found


def test_a_campaign_is_listed_with_what_its_members_share(campaign: wire.CampaignSummary) -> None:
    assert (campaign.accounts, campaign.recipients, campaign.strangers) == (30, 120, 120)
    assert [(one.sort, one.accounts, one.recipients) for one in campaign.evidence] == [("content", 30, 120)]
    assert campaign.first_s < campaign.found_s <= campaign.last_s


def test_one_campaign_has_its_members_by_their_hashes(running_gate: Running, campaign: wire.CampaignSummary) -> None:
    with running_gate.http("read") as http:
        found = msgspec.json.decode(http.get(f"/v1/campaigns/{campaign.id}").content, type=wire.Campaign)
    assert msgspec.structs.asdict(campaign).items() <= msgspec.structs.asdict(found).items()
    assert len({member.account for member in found.members}) == 30
    assert all(len(member.account) == 16 and int(member.account, 16) for member in found.members)


def test_the_client_asks_for_both(running_gate: Running, campaign: wire.CampaignSummary) -> None:
    with Client(running_gate.url, key=running_gate.keys["read"]) as client:
        assert client.campaigns() == [campaign]
        assert client.campaign(campaign.id).id == campaign.id
        with pytest.raises(RefusedError):
            client.campaign("0123456789abcdef")


@pytest.mark.parametrize(
    ("id_", "status", "code"),
    [("0123456789abcdef", 404, "not-found"), ("ada", 422, "invalid"), ("a" * 17, 422, "invalid")],
)
def test_what_is_no_campaign_is_said_to_be_none(running_gate: Running, id_: str, status: int, code: str) -> None:
    with running_gate.http("read") as http:
        answer = http.get(f"/v1/campaigns/{id_}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert id_ in answer.json()["detail"]


def test_it_takes_the_scope_read(running_gate: Running) -> None:
    with running_gate.http("decide") as http:
        assert http.get("/v1/campaigns").status_code == 403
    with running_gate.http() as http:
        assert http.get("/v1/campaigns").status_code == 401


def test_a_verdict_names_it(running_gate: Running, campaign: wire.CampaignSummary) -> None:
    verdict = running_gate.post(send("sim1", "another stranger", text=f"{OFFER} sim")).json()
    assert verdict["campaign"] == campaign.id
