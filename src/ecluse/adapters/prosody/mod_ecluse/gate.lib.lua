-- A gate that is asked, and told later what it could not be asked: nobody is held up when there is none.

local timer = require "util.timer";
local line = module:require "line";

local OBSERVED_AT_ONCE = 200;
local SWEEPS_A_TIMEOUT = 4;
local REMINDER_S = 60;

local gate = {};
gate.__index = gate;

-- options: those of a line, open (true: what is not judged passes) and backlog_max.
-- counts: function (name, n), for metrics.
local function new(options, on, counts, log)
	local self = setmetatable({ open = options.open, max = options.backlog_max, counts = counts, log = log }, gate);
	self.backlog, self.first, self.after = {}, 1, 1; -- events as JSON; first <= i < after
	self.unjudged = 0; -- since the gate went away
	self.line = line.new(options, {
		up = function () self:is_up(); end;
		down = function (reason, was_up) self:is_down(reason, was_up); end;
		before_write = on.before_write, answered = on.answered;
		told = function (ticket, verdict, failure) self:told(ticket, verdict, failure); end;
	}, log);
	self.line:connect();
	self.sweeping = timer.add_task(options.timeout_s / SWEEPS_A_TIMEOUT, function ()
		self.line:sweep();
		return options.timeout_s / SWEEPS_A_TIMEOUT;
	end);
	return self;
end

-- Ask for a verdict on ticket.event (JSON). Later the ticket is ready; its verdict is nil if no gate judged, and wrong
-- is true if the gate called the event wrong. Then ticket.wake is called, if there is one.
function gate:decide(ticket)
	if not self.line:decide(ticket) then ticket.ready = true; end
end

-- The answer to a ticket.
function gate:told(ticket, verdict, failure)
	ticket.ready, ticket.verdict = true, verdict;
	if failure == "invalid" or failure == "malformed" then
		ticket.wrong = true;
		self.log("error", "The gate calls an event of this module wrong; it is refused. Please report this");
	elseif failure and failure ~= "timeout" and failure ~= "disconnected" then
		self.log("warn", "The gate did not judge: %s", failure);
	end
end

-- Count an event that no gate judged. If it passed, the gate is told later.
function gate:not_judged(event)
	self.unjudged = self.unjudged + 1;
	self.counts("unjudged", 1);
	if self.open and event then self:tell_later(event); end
end

-- Tell the gate of something that needs no verdict.
function gate:observe(event)
	self:tell_later(event);
	self:tell();
end

function gate:tell_later(event)
	self.backlog[self.after], self.after = event, self.after + 1;
	if self.after - self.first > self.max then
		self.backlog[self.first], self.first = nil, self.first + 1;
		self.counts("lost", 1);
	end
end

-- Tell what there is to tell, oldest first, one part after another.
function gate:tell()
	if self.telling or self.first == self.after or not self.line.up then return; end
	local first = self.first;
	local after = math.min(self.after, first + OBSERVED_AT_ONCE);
	local events = table.concat(self.backlog, ",", first, after - 1);
	self.telling = self.line:ask('"observe":['..events..']', { n = 1, done = function (_, answer, failure)
		self.telling = false;
		if not answer and failure ~= "invalid" then -- it stays; if the gate is there but takes nothing, again in a while
			timer.add_task(1, function () self:tell(); end);
			return;
		end
		for i = self.first, after - 1 do self.backlog[i] = nil; end
		self.first = math.max(self.first, after);
		if answer then
			self.counts("told", after - first);
		else
			self.log("error", "The gate calls an observation of this module wrong; %d are lost", after - first);
			self.counts("lost", after - first);
		end
		self:tell();
	end });
end

function gate:is_up()
	if self.went_away then
		self.log("warn", "The gate answers again: %d events were not judged, %d are told now", self.unjudged,
			self.after - self.first);
	else
		self.log("info", "The gate answers");
	end
	self.went_away, self.unjudged = nil, 0;
	self:tell();
end

function gate:is_down(reason, was_up)
	if self.went_away and not was_up then return; end
	if self.line.closed then return; end
	self.went_away = os.time();
	local mark = self.went_away;
	local choice = self.open and "everything passes" or "everything is refused";
	self.log("warn", "There is no gate (%s): %s", reason, choice);
	timer.add_task(REMINDER_S, function ()
		if self.went_away ~= mark or self.line.closed then return; end
		self.log("warn", "There is no gate still: %s; %d events so far", choice, self.unjudged);
		return REMINDER_S;
	end);
end

function gate:close()
	timer.stop(self.sweeping);
	self.line:close();
end

return { new = new };
