"""Hop tokens: issued, derived and checked a second, and what they cost a gate in batches.

python -m benchmarks.hops [--quick]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from benchmarks.machine import Runs, pin, timed
from ecluse.events import BATCH_MAX, Event, to_columns
from ecluse.forwarding import ForwardTokens, HopKey, Keyring, derive
from ecluse.gate import Gate
from ecluse.terms import load_terms

AT_S = 1_600_000_000
KEYS = Keyring([HopKey(f"{n:08x}", bytes([n] * 32)) for n in range(1, 5)])
TEXT = b"A message of eighty characters, as they are in every group and every country ..."


def runs(work: Callable[[], object], units: int, times: int) -> Runs:
    """Time some work several times."""
    return Runs(units, [timed(work) for _ in range(times)])


def tokens_a_second(count: int, times: int) -> dict[str, Runs]:
    """Issue, derive and check, each ``count`` times."""
    tokens = ForwardTokens(KEYS)
    holders = [f"user-{n}" for n in range(count)]

    def issued(content: bytes | None) -> list[str]:
        return [tokens.issue(origin=n, hops=n & 7, issued_s=AT_S, content=content) for n in range(1, count + 1)]

    def checked(shown: Sequence[str], content: bytes | None) -> list[object]:
        return [
            tokens.check(token, holder=holder, at_s=AT_S, content=content)
            for token, holder in zip(shown, holders, strict=True)
        ]

    plain, bound = issued(None), issued(TEXT)
    shown, shown_bound = (
        [derive(root, who) for root, who in zip(roots, holders, strict=True)] for roots in (plain, bound)
    )
    forged = [token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB") for token in shown]
    return {
        "issue": runs(lambda: issued(None), count, times),
        "issue, bound to a text": runs(lambda: issued(TEXT), count, times),
        "derive": runs(lambda: [derive(root, who) for root, who in zip(plain, holders, strict=True)], count, times),
        "check": runs(lambda: checked(shown, None), count, times),
        "check, bound to a text": runs(lambda: checked(shown_bound, TEXT), count, times),
        "check one that is altered": runs(lambda: checked(forged, None), count, times),
    }


def events_a_second(count: int, times: int) -> dict[str, Runs]:
    """The same Arrow batches, 3 of 100 messages forwards, through gates without tokens and with them."""
    tokens = ForwardTokens(KEYS, required=True)
    events = []
    for n in range(count):
        sender = f"user-{n % 5_000}"
        event = Event(kind="send", at=1_000 * (AT_S + n // 100), sender=sender, recipients=[f"user-{n * 7 % 5_000}"])
        if n % 100 < 3:
            event.kind = "forward"
            event.forward_token = derive(tokens.issue(origin=n + 1, hops=0, issued_s=AT_S, content=None), sender)
        events.append(event)
    batches = [to_columns(events[start : start + BATCH_MAX]) for start in range(0, count, BATCH_MAX)]

    def judged(used: ForwardTokens | None, answered: bool) -> Callable[[], None]:
        def work() -> None:
            gate = Gate(load_terms("personal"), secret=bytes(16), memory_bytes=1 << 26, forward_tokens=used)
            for batch in batches:
                verdicts = gate.decide(batch)
                if answered:
                    verdicts.to_arrow()

        return work

    return {
        "gate without tokens, answers as Arrow": runs(judged(None, True), count, times),
        "gate that checks tokens, verdicts not asked for": runs(judged(tokens, False), count, times),
        "gate that checks and issues tokens, answers as Arrow": runs(judged(tokens, True), count, times),
    }


def main() -> None:
    """Measure and print a table."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.hops", description=__doc__)
    options.add_argument("--quick", action="store_true", help="less of everything")
    quick = options.parse_args().quick
    pin()
    count, times = (2_000, 2) if quick else (20_000, 7)
    measured = tokens_a_second(count, times) | events_a_second(10 * count, max(2, times // 2))
    print("| hop tokens, one core | a second of CPU, best | a second of CPU, median | a second, best |")
    print("| --- | --- | --- | --- |")
    for name, done in measured.items():
        print(f"| {name} | {done.best_cpu:,.0f} | {done.median_cpu:,.0f} | {done.best_wall:,.0f} |")


if __name__ == "__main__":
    main()
