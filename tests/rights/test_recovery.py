"""An account that was erased is not brought back by a recovery."""

from ecluse.events import Event
from ecluse.gate.acts import Erase
from ecluse.stores.remembering import RememberingGate, read_gate
from ecluse.terms import load_terms
from tests.stores.test_remembering import left_by_a_kill

T_MS = 1_700_000_000_000


def send(place, sender, recipient):
    return Event(kind="send", at=T_MS + 1_000 * place, sender=sender, recipients=[recipient])


def test_a_killed_gate_does_not_bring_an_erased_account_back(tmp_path):
    gate = RememberingGate(tmp_path / "gate", load_terms("starter"), memory_bytes=1 << 22)
    gate.observe([send(0, "ada", "bob"), send(1, "bob", "ada"), send(2, "bob", "cem")])
    gate.act([Erase("ada")], at_s=T_MS // 1000 + 3)
    gate.observe([send(4, "cem", "bob")])
    left_by_a_kill(gate, tmp_path / "gate", tmp_path / "killed")  # no snapshot yet
    gate.close()
    for folder in ("killed", "gate"):
        found = read_gate(tmp_path / folder, memory_bytes=1 << 22).gate
        assert (len(found.account("ada").rows), found.account("ada").last_send_s) == (0, 0)
        assert len(found.account("bob").rows) == 1
