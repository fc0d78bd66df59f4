"""A newsletter by a tool: a provider's clients write to a list, several issues a day; bought lists, or subscribers."""

from __future__ import annotations

from dataclasses import dataclass

from ecluse.events import AccountKind
from ecluse.lab.draft import Draft
from ecluse.lab.draws import Ints
from ecluse.lab.reactions import Feelings, past, reactions
from ecluse.lab.stage import Played, Stage, at, by_machine
from ecluse.lab.wording import SALE, same


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """accounts: clients of one provider. recipients: of each. opted_in: each once wrote START and was welcomed."""

    accounts: int = 3
    recipients: int = 1_000
    opted_in: bool = False
    days: int = 3
    issue_hours: tuple[float, ...] = (7.0, 16.0)  # UTC
    sends_a_second: float = 10.0
    jitter: float = 0.05
    asked_days_ago: tuple[float, float] = (1.0, 300.0)
    feelings: Feelings = Feelings(answers=0.002, reports=0.003, blocks=0.01)
    tool: str = "press-to-phone"
    provider: str = "provider-1"

    def play(self, stage: Stage) -> Played:
        """Each client sends each issue to its whole list, singly."""
        clients = stage.grown(
            "client", self.accounts, 400, kind=AccountKind.CLIENT, tool=self.tool, provider=self.provider, networks=1
        )
        lists = stage.strangers(self.accounts * self.recipients, days=self.asked_days_ago[1])
        lists = lists.reshape(self.accounts, self.recipients)
        drafts: list[Draft] = []
        for client, people in zip(clients.tolist(), lists, strict=True):
            if self.opted_in:
                drafts.append(past(stage, client, people, self.asked_days_ago, wrote_first=False))
            for day in range(self.days):
                for hour in self.issue_hours:
                    drafts += self._issue(stage, client, people, at(day, hour + 0.3 * stage.rng.random()))
        return Played(clients, drafts, lists.ravel() if self.opted_in else lists.ravel()[:0])

    def _issue(self, stage: Stage, client: int, people: Ints, start_ms: int) -> list[Draft]:
        at_ms = by_machine(stage.rng, start_ms, len(people), 1 / self.sends_a_second, self.jitter)
        texts = stage.texts.add(same(stage.rng, SALE, len(people), f"laden-{client}"))
        issue = stage.send(at_ms, client, peers=stage.rng.permutation(people), text=texts)
        return [issue, *reactions(stage, issue, self.feelings)]
