import pytest

from ecluse.errors import InputError
from ecluse.lab.logs import direct_messages, read_log
from ecluse.lab.traffic import Traffic, TrafficOptions, make_traffic


def test_a_log_is_read_by_its_columns_in_any_order(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("at,sender,note,recipient\n20,b,x,a\n10,a,y,b\n")
    log = read_log(path)
    assert (log.sender.tolist(), log.recipient.tolist(), log.at_s.tolist()) == ([1, 0], [0, 1], [10, 20])


@pytest.mark.parametrize(
    "text", ["", "sender,recipient\na,b\n", "sender,recipient,at\n", "sender,recipient,at\na,b,noon\n"]
)
def test_what_is_no_log_is_refused(tmp_path, text):
    path = tmp_path / "log.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_log(path)
    assert caught.value.field == "log"


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError):
        read_log(tmp_path / "none.csv")


def test_messages_between_people_leave_out_groups_newsletters_and_spammers():
    options = TrafficOptions(people=60, days=3)
    everything, people_only = (
        make_traffic(options),
        make_traffic(TrafficOptions(people=60, days=3, newsletter=None, spammer=None)),
    )
    log, same = direct_messages(everything), direct_messages(people_only)
    assert log.sender.tolist() == same.sender.tolist()
    assert log.accounts <= 60


def test_traffic_without_a_message_between_people_has_no_log():
    traffic = make_traffic(TrafficOptions(people=10, days=1))
    with pytest.raises(InputError):
        direct_messages(Traffic(traffic.events.slice(0, 0), traffic.accounts))
