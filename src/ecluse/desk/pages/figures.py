"""The numbers of a business: how many asked, who answered and how soon, who came and who left; in all and by day."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from fastapi import Request, Response
from nicegui import ui

from ecluse.desk.numbers import DAY_S, date_of
from ecluse.desk.pages.build import tag
from ecluse.desk.pages.drawn import Drawn
from ecluse.desk.pages.seat import BUILT_S, Office, Seat, frame, seat_of
from ecluse.desk.pages.words import span
from ecluse.desk.views import Day, Numbers

SPANS: Final = (7, 30, 90)
"""Days that may be looked at."""
ACCENT, BLUE, GREY, GREEN, SOFT, LINE = "#d9622b", "#4a86c8", "#b0aba1", "#3f9a6b", "#8a857c", "#8a857c44"
"""Colours of charts, which can be told from both papers, the light and the dark."""


def add_figures(office: Office) -> None:
    """Add the page of numbers."""

    @ui.page("/b/{business}/numbers", response_timeout=BUILT_S)
    async def numbers(request: Request, business: str, days: int = 30) -> Response | None:
        seat = seat_of(office, request, business)
        if isinstance(seat, Response):
            return seat
        content = await frame(seat, "numbers", "Numbers")
        shown = days if days in SPANS else 30
        with content:
            tag("h1", "Numbers")
            with tag("nav", classes="shows", aria_label="How many days"):
                for one in SPANS:
                    current = "true" if one == shown else None
                    tag("a", f"{one} days", href=seat.path("numbers", days=one), aria_current=current)
            box = tag("div")
        await Drawn(seat, box, lambda: _counted(seat, shown), _show).keep()
        return None


def _counted(seat: Seat, days: int) -> Numbers:
    """The numbers of the last days, today's among them."""
    today = datetime.fromtimestamp(seat.now_s(), UTC).replace(hour=0, minute=0, second=0)
    until_s = int(today.timestamp()) + DAY_S
    return seat.inbox.numbers(max(0, until_s - days * DAY_S), until_s)


def every_day(found: Numbers) -> list[Day]:
    """The days of a time, those on which nothing happened, too."""
    there = {day.date: day for day in found.days}
    dates = [date_of(at_s) for at_s in range(found.from_s, found.until_s, DAY_S)]
    return [there.get(date, Day(date, 0, 0, 0, 0, 0, 0, 0)) for date in dates]


def _show(found: Numbers) -> None:
    days = every_day(found)
    with tag("dl", classes="figures"):
        _figure("asked", f"{found.asked:,}", f"by {found.people:,} people")
        _figure("answered by the bot", f"{found.by_bot:,}")
        _figure("answered by people", f"{found.by_agents:,}")
        _figure("not answered", f"{found.unanswered:,}")
        _figure(
            "time to a person's answer", span(found.agent_times.median_s), f"9 of 10: {span(found.agent_times.p90_s)}"
        )
        _figure("time to the bot's answer", span(found.bot_times.median_s), f"9 of 10: {span(found.bot_times.p90_s)}")
        _figure("issues asked for", f"{found.pulls:,}")
        _figure("opt-ins, opt-outs", f"{found.opt_ins:,}, {found.opt_outs:,}")
        _figure("not sent", f"{found.refused:,}", "the conversation was closed")
        _figure("failed", f"{found.failed:,}")
    tag("p", "Median times. All days are days of UTC.", classes="soft small")
    with tag("div", classes="charts"):
        bars = (
            ("by the bot", BLUE, [day.by_bot for day in days]),
            ("by people", ACCENT, [day.by_agents for day in days]),
            ("not answered", GREY, [max(0, day.asked - day.by_bot - day.by_agents) for day in days]),
        )
        _chart("Messages and who answered them", days, bars, stacked=True)
        came = (
            ("opt-ins", GREEN, [day.opt_ins for day in days]),
            ("opt-outs", ACCENT, [day.opt_outs for day in days]),
        )
        _chart("Who came and who left", days, came, stacked=False)
    _table([day for day in reversed(days) if any(day[1:])])


def _figure(name: str, value: str, more: str = "") -> None:
    with tag("div"):
        with tag("dt"):
            tag("span", name)
            if more:
                tag("small", more)
        tag("dd", value)


def _chart(title: str, days: list[Day], bars: tuple[tuple[str, str, list[int]], ...], *, stacked: bool) -> None:
    text = {"color": SOFT}
    options: dict[str, Any] = {
        "animation": False,
        "aria": {"enabled": True},
        "grid": {"left": 40, "right": 8, "top": 34, "bottom": 26},
        "legend": {"top": 0, "left": 0, "itemWidth": 12, "itemHeight": 12, "textStyle": text},
        "tooltip": {"trigger": "axis"},
        "xAxis": {
            "type": "category",
            "data": [day.date[5:] for day in days],
            "axisLabel": text,
            "axisLine": {"lineStyle": {"color": LINE}},
            "axisTick": {"show": False},
        },
        "yAxis": {
            "type": "value",
            "minInterval": 1,
            "axisLabel": text,
            "splitLine": {"lineStyle": {"color": LINE}},
        },
        "series": [
            {"name": name, "type": "bar", "data": values, "color": color, "stack": "all" if stacked else name}
            for name, color, values in bars
        ],
    }
    with tag("figure"):
        tag("h2", title)
        ui.echart(options, renderer="svg").classes("chart")


def _table(days: list[Day]) -> None:
    if not days:
        tag("p", "Nothing happened in this time.", classes="soft")
        return
    names = ("day", "asked", "people", "by bot", "by people", "opt-ins", "opt-outs", "issues")
    with tag("div", classes="wide"), tag("table"):
        with tag("thead"), tag("tr"):
            for name in names:
                tag("th", name, scope="col")
        with tag("tbody"):
            for day in days:
                with tag("tr"):
                    tag("th", day.date, scope="row")
                    for value in day[1:]:
                        tag("td", f"{value:,}")
