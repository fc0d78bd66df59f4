-- Puts the users of this host behind an Écluse gate: messages, contact requests, group chats, registrations.
-- Settings and what users see: docs/prosody.md. Licence: Apache 2.0.

local async = require "util.async";
local st = require "util.stanza";
local timer = require "util.timer";
local describe = module:require "describe";
local verdicts = module:require "verdicts";
local new_gate = module:require "gate".new;
local settings = module:require "settings";

local LOOK_AHEAD = 64; -- stanzas of one session that are asked about before their turn
local AHEAD_MAX = 256; -- that are under way; more would only make each of them wait longer
local BEFORE = 95; -- priority: after mod_blocklist, before archive and carbons

local metric = module:metric("counter", "events", "", "Events put to the gate, by what became of them", { "outcome" });
local counters = {};
local function count(name, n)
	local counter = counters[name];
	if not counter then
		counter = metric:with_labels(name);
		counters[name] = counter;
	end
	counter:add(n);
end

-- What is known of a stanza before its turn has come: its ticket, at stanza.ecluse; false for none of the gate's business.
-- Fields: event (JSON), ready, verdict (nil: no gate judged), wrong, wake; and what describe and verdicts put there.
local waiting = {}; -- sessions that wait for the gate
local to_read = {}; -- sessions that waited, and may have more to read
local gate;

-- What describer makes of a stanza. A fault of ours must not lose it: then nobody judges it.
local function ticket_of(describer, ...)
	local ok, ticket = xpcall(describer, debug.traceback, ...);
	if ok then return ticket; end
	module:log("error", "Not understood, please report this: %s", ticket);
	return { ready = true };
end

-- Wait for a ticket's verdict. Only this session waits; its later stanzas stay in their order.
local function await(session, ticket)
	if ticket.ready then return; end
	if not async.ready() then return; end -- a stanza that some module made up, outside a session: not judged
	local wait, done = async.waiter();
	ticket.wake = done;
	waiting[session], to_read[session] = true, true;
	wait();
	waiting[session] = nil;
end

-- While one stanza of a session waits, those behind it are put to the gate, too: in one write, judged as one batch.
local function look_ahead()
	for session in pairs(waiting) do
		local queue = session.type == "c2s" and session.thread and session.thread.queue;
		local last = queue and math.min(#queue, LOOK_AHEAD) or 0;
		local first = last + 1; -- those before it were seen already
		while first > 1 and (not st.is_stanza(queue[first - 1]) or queue[first - 1].ecluse == nil) do first = first - 1; end
		for i = first, last do
			if gate.line:asked() >= AHEAD_MAX then return; end
			local stanza = queue[i];
			if stanza.name == "message" and stanza.attr and stanza.attr.to then
				local ticket = ticket_of(describe.message, session, stanza, describe.prepped(session, stanza.attr.to)) or false;
				stanza.ecluse = ticket;
				if ticket and ticket.event then gate:decide(ticket); end
			end
		end
	end
end

-- A socket that was paused may have data in its buffer that epoll does not know of.
local function read_on()
	for session in pairs(to_read) do
		if not waiting[session] then to_read[session] = nil; end
		local conn, queue = session.conn, session.thread and session.thread.queue;
		local socket = conn and conn.socket and conn:socket();
		if socket and socket.dirty and socket:dirty() and conn.onreadable and (not queue or #queue < LOOK_AHEAD) then
			conn:onreadable();
		end
	end
end

gate = new_gate(settings, {
	before_write = look_ahead;
	answered = function () if next(to_read) then timer.add_task(0, read_on); end end;
}, count, function (level, ...) module:log(level, ...); end);

verdicts.begin(gate, count, settings);
describe.begin(settings);

-- A hook: what describer makes of the stanza is judged, and what becomes of it is done.
local function judged(describer)
	return function (event)
		local session, stanza = event.origin, event.stanza;
		if session.type ~= "c2s" or stanza.ecluse_settled then return; end
		local ticket = stanza.ecluse;
		if ticket == nil then
			ticket = ticket_of(describer, session, stanza, stanza.attr.to);
			if ticket and ticket.event then gate:decide(ticket); end
		end
		stanza.ecluse = nil;
		if not ticket then return; end
		await(session, ticket);
		return verdicts.act(session, stanza, ticket);
	end
end

for _, to in ipairs { "bare", "full", "host" } do
	module:hook("pre-message/"..to, judged(describe.message), BEFORE);
	module:hook("pre-presence/"..to, judged(describe.presence), BEFORE);
end

module:hook("user-registering", function (event)
	local ticket = describe.registration(event);
	gate:decide(ticket);
	await(event.session or ticket, ticket);
	verdicts.act_on_registration(event, ticket);
end, -10); -- last: what others refuse is no attempt at the gate

-- What needs no verdict: blocks and reports, and what comes from elsewhere, so that an answer counts as one.
module:hook("iq-set/self/urn:xmpp:blocking:block", function (event)
	for _, told in ipairs(describe.blocks(event.origin, event.stanza)) do gate:observe(told); end
end, 2);

local function heard(event)
	if event.origin.type == "c2s" then return; end
	local told = describe.from_elsewhere(event.stanza);
	if told then gate:observe(told); end
end
for _, name in ipairs { "message/bare", "message/full", "presence/bare" } do module:hook(name, heard, BEFORE); end

function module.unload()
	verdicts.finish();
	gate:close();
end
module:hook_global("server-stopping", verdicts.finish, 10);
