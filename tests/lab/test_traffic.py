import dataclasses

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ecluse.errors import InputError
from ecluse.events import conform
from ecluse.lab import Newsletter, TrafficOptions, make_traffic
from ecluse.lab.logs import direct_messages
from ecluse.lab.roster import ACCOUNTS
from ecluse.lab.table import EVENTS

SMALL = TrafficOptions(people=150, days=5, newsletter=Newsletter(subscribers=300))


def as_bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


@pytest.fixture(scope="module")
def traffic():
    return make_traffic(SMALL)


def test_the_same_seed_gives_the_same_bytes(traffic):
    again = make_traffic(SMALL)
    assert as_bytes(again.events) == as_bytes(traffic.events)
    assert as_bytes(again.accounts) == as_bytes(traffic.accounts)
    other = make_traffic(dataclasses.replace(SMALL, seed=8))
    assert as_bytes(other.events) != as_bytes(traffic.events)


def test_events_are_those_of_the_design_sorted_by_time_within_the_days(traffic):
    assert traffic.events.schema == EVENTS
    assert traffic.accounts.schema == ACCOUNTS
    assert conform(traffic.events).num_rows == traffic.events.num_rows
    at = traffic.events["at"].cast(pa.int64()).to_numpy()
    assert (np.diff(at) >= 0).all()
    assert str(traffic.events["at"][0].as_py().date()) == "2019-11-25"
    assert str(traffic.events["at"][-1].as_py().date()) == "2019-11-29"
    assert pc.count_distinct(traffic.events["id"]).as_py() == traffic.events.num_rows


def test_every_account_of_an_event_is_on_the_roster_with_one_role(traffic):
    accounts = traffic.accounts["account"]
    assert pc.count_distinct(accounts).as_py() == len(accounts)
    assert pc.unique(traffic.accounts["role"]).to_pylist() == ["personal", "newsletter", "reader", "spammer"]
    for named in (traffic.events["sender"], traffic.events["recipients"].combine_chunks().flatten()):
        assert pc.all(pc.is_in(named, value_set=accounts.combine_chunks())).as_py()


def test_nobody_writes_to_himself(traffic):
    recipients = traffic.events["recipients"].combine_chunks()
    senders = traffic.events["sender"].take(pc.list_parent_indices(recipients))
    assert not pc.any(pc.equal(senders, recipients.flatten())).as_py()


def test_newcomers_register_before_they_write(traffic):
    registers = traffic.events.filter(pc.equal(traffic.events["kind"], "register"))
    assert registers["at"].equals(registers["registered_at"])
    early = pc.less(traffic.events["at"], traffic.events["registered_at"])
    assert not pc.any(early).as_py()


def among_people(events):
    kept = []
    for event in events.drop_columns("id").to_pylist():
        named = [event["sender"], event["subject"] or "personal-", *(event["recipients"] or ())]
        if all(account.startswith("personal-") for account in named):
            kept.append(event)
    return kept


def test_leaving_a_part_out_leaves_the_rest_as_it_was(traffic):
    alone = make_traffic(dataclasses.replace(SMALL, newsletter=None, spammer=None))
    assert pc.unique(alone.accounts["role"]).to_pylist() == ["personal"]
    assert among_people(alone.events) == among_people(traffic.events)


def test_ordinary_people_write_to_no_more_than_thirty_in_an_hour():
    traffic = make_traffic(TrafficOptions(people=600, days=14, newsletter=None, spammer=None))
    log = direct_messages(traffic)
    for offset_s in (0, 3_600):  # any hour lies within one of these blocks of two
        block = (log.at_s + offset_s) // 7_200
        ties = np.unique(np.stack((log.sender, block, log.recipient)), axis=1)
        _, counts = np.unique(ties[:2], axis=1, return_counts=True)
        assert counts.max() <= 30


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("people", 1),
        ("people", 10**9),
        ("days", 0),
        ("seed", -1),
        ("start", "soon"),
        ("start", "2019-13-01"),
        ("start", "1999-01-01"),
    ],
)
def test_options_that_make_no_sense_are_named(option, value):
    with pytest.raises(InputError) as caught:
        make_traffic(dataclasses.replace(SMALL, **{option: value}))
    assert caught.value.field == option


def test_the_smallest_population_is_two():
    traffic = make_traffic(TrafficOptions(people=2, days=1, newsletter=None, spammer=None))
    assert traffic.accounts.num_rows == 2


@pytest.mark.parametrize(("clients", "accounts"), [(1, 0), (1, 1), (3, 0), (3, 1)])
def test_any_number_of_clients_and_spammers(clients, accounts):
    newsletter, spammer = (
        Newsletter(clients=clients, subscribers=10),
        dataclasses.replace(SMALL.spammer, accounts=accounts),
    )
    traffic = make_traffic(TrafficOptions(people=10, days=2, newsletter=newsletter, spammer=spammer))
    roles = traffic.accounts["role"].to_pylist()
    assert (roles.count("newsletter"), roles.count("spammer")) == (clients, accounts)
