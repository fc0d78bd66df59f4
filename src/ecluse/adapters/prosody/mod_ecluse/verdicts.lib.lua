-- What becomes of a stanza: the gate's verdict, or the operator's choice if there is none, done to it.

local cache = require "util.cache";
local st = require "util.stanza";
local timer = require "util.timer";
local stanzas = module:require "stanza";
local say = module:require "words".say;

local PASSED = module:require "batch".PASSED;
local OURS = stanzas.OURS;
local NONE = {};
local RETRY_S = 5; -- where nothing was judged and nothing may pass
local HELD_MAX = 10000; -- delayed messages
local WARNINGS_KEPT, WARNED_AGAIN_S = 5000, 24 * 3600;

local gate, count, open, shadow;

local function begin(the_gate, the_count, settings)
	gate, count, open, shadow = the_gate, the_count, settings.open, settings.shadow;
end

-- What the rules that spoke, or the sanction that holds, tell the sender.
local function notice(verdict, lang)
	if type(verdict.sanction) == "table" and verdict.sanction.notice then return verdict.sanction.notice; end
	local said, known = {}, {};
	for _, rule in ipairs(verdict.rules) do
		if rule.notice and not known[rule.notice] then
			known[rule.notice] = true;
			said[#said + 1] = rule.notice;
		end
	end
	if #said > 0 then return table.concat(said, " "); end
	return (say("refused", lang));
end

-- Why something is refused, as XMPP says it: nil if it is not. Fields: type, text, after (seconds), rules.
local function refusal(ticket)
	local verdict = ticket.verdict;
	if ticket.wrong then
		return { type = "cancel", text = (say("refused", ticket.language)) };
	elseif not verdict then
		return { type = "wait", text = (say("unjudged", ticket.language, RETRY_S)), after = RETRY_S };
	end
	local ids = {};
	for _, rule in ipairs(verdict.rules) do ids[#ids + 1] = rule.rule; end
	local sanction = type(verdict.sanction) == "table" and verdict.sanction.sanction;
	local after = type(verdict.retry_after) == "number" and verdict.retry_after or nil;
	return {
		type = after and "wait" or "cancel", text = notice(verdict, ticket.language), after = after;
		rules = #ids > 0 and table.concat(ids, " ") or nil, sanction = sanction and ("%d"):format(sanction) or nil;
	};
end

local function reply(session, stanza, why)
	local error = st.error_reply(stanza, why.type, "policy-violation", why.text);
	local after = why.after and ("%d"):format(why.after);
	error:tag("refused", { xmlns = OURS, ["retry-after"] = after, rules = why.rules, sanction = why.sanction }):up();
	session.send(error);
	return true;
end

-- Delayed messages. What is held when the server stops is delivered then.
local held, held_n = {}, 0;

local function release(stanza)
	local session = held[stanza];
	if not session then return; end
	held[stanza], held_n = nil, held_n - 1;
	stanza.ecluse_settled = true;
	if session.type == "c2s" and not session.destroyed then
		prosody.core_post_stanza(session, stanza, true);
	else
		module:send(stanza);
	end
end

local function hold(session, stanza, seconds)
	held[stanza], held_n = session, held_n + 1;
	timer.add_task(seconds, function () release(stanza); end);
	return true;
end

local function finish()
	for stanza in pairs(held) do release(stanza); end
end

-- A rule that does not count yet: the sender is told so, once a day.
local warned = cache.new(WARNINGS_KEPT);
local function warn(session, warnings)
	for _, rule in ipairs(warnings) do
		local key, now = session.username.."\0"..rule.rule, os.time();
		if rule.notice and now - (warned:get(key) or 0) > WARNED_AGAIN_S then
			warned:set(key, now);
			session.send(st.message({ from = module.host, to = session.full_jid, type = "normal" }, rule.notice));
		end
	end
end

-- Take away what only we may say, and say it.
local function dress(stanza, ticket, labels)
	if ticket.said and ticket.said.ours then
		stanza:maptags(function (tag) return tag.attr.xmlns ~= OURS and tag or nil; end);
	end
	if ticket.hops then stanza:tag("hops", { xmlns = OURS, n = ("%d"):format(ticket.hops), origin = ticket.origin }):up(); end
	for _, label in ipairs(labels or NONE) do stanza:tag("label", { xmlns = OURS, name = label }):up(); end
end

-- Leave out those whom a message must not reach. Returns whether anybody is left.
local function leave_out(stanza, ticket, dropped)
	local out = {};
	for _, jid in ipairs(dropped) do out[jid] = true; end
	local left = false;
	for _, jid in ipairs(ticket.recipients or {}) do left = left or not out[jid]; end
	if not left then return false; end
	local function is_out(jid) return jid and out[stanzas.bare(jid)]; end
	stanza:maptags(function (tag)
		if tag.name == "x" or tag.name == "addresses" then
			tag:maptags(function (one) return not is_out(one.attr.jid) and not is_out(one.attr.to) and one or nil; end);
		end
		return tag;
	end);
	return true;
end

-- Do to a stanza what its ticket says. Returns true if it goes no further.
local function act(session, stanza, ticket)
	local verdict = ticket.verdict;
	if verdict == PASSED then
		count("pass", 1);
		if not ticket.always then dress(stanza, ticket); end
		return;
	end
	local outcome = verdict and verdict.outcome or "unjudged";
	if verdict then count(outcome, 1); elseif not ticket.wrong then gate:not_judged(ticket.event); end
	if ticket.always then return; end
	if verdict and verdict.warnings and not shadow then warn(session, verdict.warnings); end
	local stops = outcome == "refuse" or ticket.wrong or (outcome == "unjudged" and not open);
	if outcome == "drop_strangers" and verdict.dropped and verdict.dropped[1] and not shadow then
		stops = not leave_out(stanza, ticket, verdict.dropped);
	end
	if shadow then
		if stops or outcome == "delay" then module:log("info", "Would have been stopped (%s)", outcome); end
	elseif stops or (outcome == "delay" and held_n >= HELD_MAX) then
		return reply(session, stanza, refusal(ticket));
	end
	dress(stanza, ticket, verdict and verdict.labels);
	if outcome == "delay" and not shadow then return hold(session, stanza, verdict.retry_after or 1); end
end

local function act_on_registration(event, ticket)
	local verdict = ticket.verdict;
	if verdict then count(verdict.outcome, 1); elseif not ticket.wrong then gate:not_judged(ticket.event); end
	local stops = ticket.wrong or not verdict and not open or verdict and verdict.outcome == "refuse";
	if not stops or shadow then return; end
	local why = refusal(ticket);
	event.allowed, event.reason, event.error_type, event.error_condition = false, why.text, why.type, "policy-violation";
	event.error = { type = why.type, condition = "policy-violation", text = why.text };
end

return { begin = begin, act = act, act_on_registration = act_on_registration, finish = finish };
