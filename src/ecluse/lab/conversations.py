"""Talks: who begins one when, how many turns it has, how long each answer takes. All talks at once, turn by turn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ecluse.lab.draws import Bools, Ints, Rng, more, repeat_rows, running_sums, select, spread, stack
from ecluse.lab.habits import DAY_S, Habits
from ecluse.lab.population import People, Ties, reading
from ecluse.lab.rhythm import Clock, Floats

TURNS_MAX = 200  # a talk
MORE_MAX = 12  # further messages in one turn
AGAIN_MAX = 60  # further talks of a tie first made in the log


class Talks(NamedTuple):
    """One row a talk, shape (n_talks,); ``turns`` 1: nobody answers."""

    opener: Ints
    other: Ints
    start_s: Floats  # waking seconds
    turns: Ints


class Messages(NamedTuple):
    """One row a message between two people, shape (n_messages,), in no order."""

    sender: Ints
    recipient: Ints
    at_s: Floats  # waking seconds


def make_talks(people: People, ties: Ties, habits: Habits, clock: Clock, rng: Rng) -> tuple[Talks, Bools]:
    """Every talk of every tie, and for each tie whether its first contact is ever answered."""
    answered = rng.random(len(ties.opener)) < np.where(
        ties.stranger, people.answering[ties.other], habits.known_answer_share
    )
    parts = [
        _among_acquaintances(people, ties, habits, clock, rng),
        _first_talks(ties, answered, habits, rng),
        _talks_again(people, ties, answered, habits, rng),
    ]
    return stack(Talks, parts), answered


def _turns(answered: Bools, habits: Habits, rng: Rng) -> Ints:
    answers = 1 + np.floor(spread(rng, habits.turns, len(answered)))
    return np.where(answered, 1 + np.minimum(answers, TURNS_MAX - 1), 1).astype(np.int64)


def _among_acquaintances(people: People, ties: Ties, habits: Habits, clock: Clock, rng: Rng) -> Talks:
    known = np.flatnonzero(ties.closeness > 0)
    wanted = habits.talks_a_day * len(people.activity) * clock.end_s / DAY_S
    tie = known[repeat_rows(rng.poisson(ties.closeness[known] * wanted))]
    swapped = rng.random(len(tie)) < 0.5
    opener, other = _swap(ties.opener[tie], ties.other[tie], swapped)
    look_s = people.next_look(opener, rng.random(len(tie)) * clock.end_s)
    start_s = look_s + reading(rng, opener, habits)
    answered = rng.random(len(tie)) < habits.known_answer_share
    return Talks(opener, other, start_s, _turns(answered, habits, rng))


def _first_talks(ties: Ties, answered: Bools, habits: Habits, rng: Rng) -> Talks:
    new = ties.first_s >= 0
    turns = _turns(answered[new], habits, rng)
    return Talks(ties.opener[new], ties.other[new], ties.first_s[new], turns)


def _talks_again(people: People, ties: Ties, answered: Bools, habits: Habits, rng: Rng) -> Talks:
    new = np.flatnonzero(ties.first_s >= 0)
    times = np.where(
        answered[new], spread(rng, habits.again_answered, len(new)), spread(rng, habits.again_unanswered, len(new))
    )
    tie = new[repeat_rows(np.minimum(times, AGAIN_MAX).astype(np.int64))]
    swapped = answered[tie] & (rng.random(len(tie)) < 0.5)
    opener, other = _swap(ties.opener[tie], ties.other[tie], swapped)
    due_s = ties.first_s[tie] + spread(rng, habits.again_after_s, len(tie))
    start_s = people.next_look(opener, due_s) + reading(rng, opener, habits)
    going_on = answered[tie] & (rng.random(len(tie)) < habits.known_answer_share)
    return Talks(opener, other, start_s, _turns(going_on, habits, rng))


def _swap(first: Ints, second: Ints, swapped: Bools) -> tuple[Ints, Ints]:
    return np.where(swapped, second, first), np.where(swapped, first, second)


def hold_talks(people: People, talks: Talks, habits: Habits, clock: Clock, rng: Rng) -> Messages:
    """Write the messages of all talks, turn by turn; a talk ends when the log does or the writer has left."""
    rounds = [Messages(talks.opener[:0], talks.other[:0], talks.start_s[:0])]
    talk, at_s, turn = np.arange(len(talks.opener)), talks.start_s, 0
    while len(talk):
        writer, reader = _swap(talks.opener[talk], talks.other[talk], np.full(len(talk), turn % 2 == 1))
        if turn:
            at_s = _answer(people, writer, at_s, habits.quick_first if turn == 1 else habits.quick, habits, rng)
        here = (at_s < clock.end_s) & (at_s < people.left_s[writer])
        talk, at_s, writer, reader = talk[here], at_s[here], writer[here], reader[here]
        counts = more(rng, habits.more, len(talk), MORE_MAX)
        further_s = np.repeat(at_s, counts) + running_sums(spread(rng, habits.more_s, int(counts.sum())), counts)
        rounds.append(Messages(writer, reader, at_s))
        rounds.append(Messages(np.repeat(writer, counts), np.repeat(reader, counts), further_s))
        last_s = at_s.copy()
        last_s[counts > 0] = further_s[np.cumsum(counts)[counts > 0] - 1]
        turn += 1
        going_on = talks.turns[talk] > turn
        talk, at_s = talk[going_on], last_s[going_on]
    written = stack(Messages, rounds)
    return select(Messages, written, written.at_s < clock.end_s)


def _answer(people: People, writer: Ints, heard_s: Floats, at_once: float, habits: Habits, rng: Rng) -> Floats:
    """When each writer answers what came at ``heard_s``: at once, or after the next look at the messenger."""
    quick = rng.random(len(writer)) < at_once
    quick_s = spread(rng, habits.quick_s, len(writer))
    look_s = people.next_look(writer, np.maximum(heard_s, people.joined_s[writer]))
    return np.where(quick, heard_s + quick_s, look_s + reading(rng, writer, habits))
