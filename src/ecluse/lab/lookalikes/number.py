"""A new number: an account an hour old writes to everybody its owner knows, none of whom ever wrote to that number."""

from __future__ import annotations

from dataclasses import dataclass

from ecluse.events import Kind
from ecluse.lab.draft import Draft, draft
from ecluse.lab.habits import Spread
from ecluse.lab.reactions import Feelings, reactions
from ecluse.lab.stage import HOUR_MS, Played, Stage, at, whole_ms
from ecluse.lab.wording import NEW_NUMBER, same


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNumber:
    """accounts: new ones. contacts: of each, whom it imports at once and writes to by hand. waits_h: since it
    registered. Fewer answer than would answer a question: "saved, thanks" is all there is to say.
    """

    accounts: int = 20
    contacts: int = 200
    waits_h: float = 1.0
    gap_s: Spread = Spread(30.0, 1.0)
    feelings: Feelings = Feelings(answers=0.7, after_s=Spread(13.3 * 60, 1.6), thanks=0.1)

    def play(self, stage: Stage) -> Played:
        """All of it in an evening, or until late."""
        registered_ms = at(0, 12) + whole_ms(at(0, 4) * stage.rng.random(self.accounts))
        accounts = stage.enlist("new-number", registered_ms)
        drafts: list[Draft] = [draft(registered_ms + 60_000, accounts, kind=Kind.IMPORT_CONTACTS)]
        for account, since_ms in zip(accounts.tolist(), registered_ms.tolist(), strict=True):
            contacts = stage.strangers(self.contacts)
            at_ms = stage.by_hand(since_ms + int(self.waits_h * HOUR_MS), len(contacts), self.gap_s)
            texts = stage.texts.add(same(stage.rng, NEW_NUMBER, len(contacts)))
            sends = stage.send(at_ms, account, peers=contacts, text=texts)
            drafts += [sends, *reactions(stage, sends, self.feelings)]
        return Played(accounts, drafts, accounts[:0])
