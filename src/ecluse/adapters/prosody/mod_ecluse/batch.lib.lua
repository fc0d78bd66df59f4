-- What is asked in one line: events that wait together, and the answer to all of them. Nearly every line is answered
-- by the number of its events that passed.

local json = require "util.json";

local EVENTS_MAX = 256;
local BYTES_MAX = 262144; -- of a line; one event may be longer

local PASSED = { outcome = "pass", rules = {} }; -- the verdict on an event that passes with nothing to say

-- What the gate calls wrong of a line may be one event's fault, or too many events: each is asked about alone, then.
local APART = { invalid = true, malformed = true, ["too-many-events"] = true };

local batch = {};
batch.__index = batch;

-- told(ticket, verdict, failure) is called with each ticket; then wake(ticket) with each, so that whoever goes on
-- finds all that is known by now. alone(ticket) asks about one by itself.
local function new(told, alone)
	return setmetatable({ told = told, alone = alone, n = 0, bytes = 0, tickets = {}, events = {}, gives_up = 0 }, batch);
end

function batch:add(ticket)
	local n, event = self.n + 1, ticket.event;
	self.n, self.bytes = n, self.bytes + #event;
	self.tickets[n], self.events[n] = ticket, event;
end

function batch:full() return self.n >= EVENTS_MAX or self.bytes >= BYTES_MAX; end

-- The line's fields, behind its id.
function batch:body()
	local events = self.events;
	self.events = nil;
	return '"brief":true,"decide":['..table.concat(events, ",").."]";
end

local function wake(tickets)
	for i = 1, #tickets do
		local wakes = tickets[i].wake;
		if wakes then wakes(); end
	end
end

function batch:done(answer, failure)
	local tickets, told, n = self.tickets, self.told, self.n;
	local verdicts = answer and answer.verdicts;
	if APART[failure] and n > 1 then
		for i = 1, n do self.alone(tickets[i]); end
		return;
	end
	local all_passed = answer and answer.passed == n;
	if not all_passed and not failure and (type(verdicts) ~= "table" or #verdicts ~= n) then failure = "no verdicts"; end
	for i = 1, n do
		if all_passed then
			told(tickets[i], PASSED);
		elseif failure then
			told(tickets[i], nil, failure);
		else
			local verdict = verdicts[i];
			told(tickets[i], verdict ~= json.null and verdict or PASSED);
		end
	end
	wake(tickets);
end

return { new = new, PASSED = PASSED };
