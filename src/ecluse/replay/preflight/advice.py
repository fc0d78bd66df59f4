"""What a newsletter service is to do about a list, in words."""

from __future__ import annotations

from ecluse.replay.preflight.plan import ListPlan
from ecluse.replay.words import day, number


def advice(one: ListPlan) -> list[str]:
    """What to do, the most urgent first."""
    told = []
    if one.refused_from_s:
        told.append(
            f"Send the last issue as you do now before {day(one.refused_from_s)}; say in it how people get the next."
        )
    elif one.refused:
        told.append("Stop sending this list: its sends are refused already, and each attempt counts against you.")
    if one.open:
        closes = day(one.closes_s)
        told.append(
            f"Write now to the {number(one.open)} whose conversation is open, the last until {closes}: ask whether "
            "they want the news, and tell them the word that brings it."
        )
    closed = one.wrote - one.open
    if closed:
        told.append(
            f"Invite the {number(closed)} who wrote to you before, by the means you have besides (your site, mail, "
            "print): a link or QR code with which they write first."
        )
    if one.never:
        told.append(f"Take the {number(one.never)} who never wrote to you off the list: nothing you send reaches them.")
    if one.pushes:
        told.append(
            "Let people fetch the news: they write a word, you answer within 24 hours. Through the business API "
            f"{number(one.pushes)} of the {number(one.sends)} sends are no answers, and get error 131047."
        )
    return told or ["Nothing to do: every send of this list is an answer."]
