-- The line door of a gate: one connection, many questions under way, answered in any order.
-- Nobody waits longer than the timeout. A gate that hangs is left alone until it answers a probe.

local server = require "net.server";
local connect = require "net.connect".connect;
local basic_resolver = require "net.resolvers.basic";
local json = require "util.json";
local now = require "util.time".monotonic;
local timer = require "util.timer";
local new_batch = module:require "batch".new;

local UNDER_WAY_MAX = 10000; -- the door reads 1,024 of a connection at once; the others wait their turn there
local TIMEOUTS_MAX = 5; -- in a row; after that the connection is given up
local RETRY_MIN_S, RETRY_MAX_S = 0.25, 10;
local PROBE_TIMEOUTS = 4; -- a gate that reads its journal says "starting" at once; one that hangs says nothing

-- The answer that all of a line pass, which is nearly every one, is not decoded.
local PASSED = '^{"id":(%d+),"passed":(%d+)}$';

local line = {};
line.__index = line;

-- options: socket (a path) or host and port; key; timeout_s.
-- on: up(), down(reason), before_write(), answered(), told(ticket, verdict, failure).
local function new(options, on, log)
	local self = setmetatable({
		options = options, on = on, log = log, up = false, closed = false;
		waiting = {}, under_way = 0, last = 0, oldest = 1, timeouts = 0, retry_s = RETRY_MIN_S;
		batch = false; -- what is asked in the next line
	}, line);
	self.alone = function (ticket) self:decide_alone(ticket); end
	return self;
end

local function open_socket(path, listener)
	local there, unix = pcall(require, "socket.unix");
	if not there then return nil, "this LuaSocket has no Unix sockets"; end
	local sock = (type(unix) == "table" and unix.stream or unix)();
	sock:settimeout(0);
	local ok, err = sock:connect(path);
	if not ok then sock:close(); return nil, err; end
	return server.wrapclient(sock, path, 0, listener, "*a");
end

function line:connect()
	if self.closed then return; end
	local listener = { onconnect = function (conn) self:connected(conn); end };
	listener.onincoming = function (conn, data) if conn == self.conn then self:read(data); end end
	listener.ondisconnect = function (conn, err) if conn == self.conn then self:lost(err or "it hung up"); end end
	listener.onfail = function (_, err) self:lost(err); end
	listener.onpredrain = function (conn)
		if conn ~= self.conn or not self.up then return; end
		self.on.before_write();
		self:put_batch();
	end
	if self.options.socket then
		local conn, err = open_socket(self.options.socket, listener);
		if not conn then self:lost(err); end
	else
		connect(basic_resolver.new(self.options.host, self.options.port, "tcp"), listener);
	end
end

function line:connected(conn)
	if self.closed then conn:close(); return; end
	if self.conn == conn then return; end
	self.conn, self.rest, self.timeouts = conn, "", 0;
	pcall(conn.setoption, conn, "tcp-nodelay", true);
	if self.options.key then
		conn:write('{"id":0,"key":'..json.encode(self.options.key).."}\n");
	end
	self:probe();
end

-- Ask whether the gate judges; until it says so, nothing is put to it.
function line:probe()
	self:put('"decide":[],"brief":true', { n = 0, done = function (_, answer, failure)
		if answer and answer.passed == 0 then
			self.up, self.retry_s = true, RETRY_MIN_S;
			self.on.up();
		elseif failure == "starting" then
			timer.add_task(RETRY_MIN_S, function () if self.conn and not self.up then self:probe(); end end);
		elseif self.conn then
			if failure == "invalid" then failure = "it is older than this module"; end
			self:lost(failure or "what answers there is no gate");
		end
	end }, PROBE_TIMEOUTS);
end

-- Write a line. body: all but its id. asked.done(asked, answer, failure) is called once, later; asked.n: its events.
function line:put(body, asked, patience)
	local id = self.last + 1;
	self.last, self.under_way = id, self.under_way + asked.n;
	self.waiting[id] = asked;
	asked.gives_up = now() + self.options.timeout_s * (patience or 1);
	self.conn:write('{"id":'..id..","..body.."}\n");
end

-- As put, for what is put to a gate that judges. False if there is none, or too much is under way.
function line:ask(body, asked)
	if not self.up or self.under_way >= UNDER_WAY_MAX then return false; end
	self:put_batch();
	self:put(body, asked);
	return true;
end

-- Ask for a verdict on ticket.event, in one line with all others until the connection is written to: on.told is called
-- later, then ticket.wake. False as for ask.
function line:decide(ticket)
	if not self.up or self.under_way >= UNDER_WAY_MAX then return false; end
	local batch = self.batch;
	if not batch then
		batch = new_batch(self.on.told, self.alone);
		self.batch = batch;
		batch:add(ticket);
		self.conn:write(""); -- so that it is written to
	else
		batch:add(ticket);
		if batch:full() then self:put_batch(); end
	end
	return true;
end

-- How many events are asked about, or about to be.
function line:asked() return self.under_way + (self.batch and self.batch.n or 0); end

function line:put_batch()
	local batch = self.batch;
	if not batch then return; end
	self.batch = false;
	self:put(batch:body(), batch);
end

function line:decide_alone(ticket)
	local batch = new_batch(self.on.told, self.alone);
	batch:add(ticket);
	if not self:ask(batch:body(), batch) then batch:done(nil, "disconnected"); end
end

function line:answer(id, answer, failure)
	local asked = self.waiting[id];
	if not asked then return; end
	self.waiting[id], self.under_way = nil, self.under_way - asked.n;
	asked:done(answer, failure);
end

function line:read(data)
	if self.rest ~= "" then data = self.rest..data; end
	local from = 1;
	local conn = self.conn;
	self.timeouts = 0;
	while conn == self.conn do
		local to = data:find("\n", from, true);
		if not to then break; end
		local text = data:sub(from, to - 1);
		from = to + 1;
		local id, passed = text:match(PASSED);
		if id then
			self:answer(tonumber(id), { passed = tonumber(passed) });
		else
			local answer = json.decode(text);
			if type(answer) ~= "table" then self:lost("what answers there is no gate"); break; end
			local problem = type(answer.problem) == "table" and answer.problem or nil;
			if type(answer.id) ~= "number" then
				self:lost(problem and problem.code or "it closed the line");
				break;
			elseif answer.id == 0 and problem then
				self:lost("the key: "..tostring(problem.code));
				break;
			end
			self:answer(answer.id, not problem and answer or nil, problem and problem.code);
		end
	end
	if conn == self.conn then self.rest = data:sub(from); end
	self.on.answered();
end

-- Called some times in each timeout: whoever has waited too long is told so.
function line:sweep()
	local t, conn = now(), self.conn;
	local late = false;
	while self.oldest <= self.last do
		local asked = self.waiting[self.oldest];
		if asked then
			if asked.gives_up > t then break; end
			self.timeouts, late = self.timeouts + math.max(asked.n, 1), true;
			self:answer(self.oldest, nil, "timeout");
		end
		self.oldest = self.oldest + 1;
	end
	if late then
		if conn == self.conn and self.timeouts >= TIMEOUTS_MAX then self:lost("it does not answer in time"); end
		self.on.answered();
	end
end

-- The gate is gone: everybody who waits is told so, and it is tried again in a while.
function line:lost(reason)
	local conn, was_up = self.conn, self.up;
	self.conn, self.up = nil, false;
	local waiting, batch = self.waiting, self.batch;
	self.waiting, self.under_way, self.oldest, self.batch = {}, 0, self.last + 1, false;
	if conn then conn:close(); end
	if not self.closed then
		local after = self.retry_s * (0.5 + math.random() / 2);
		self.retry_s = math.min(self.retry_s * 2, RETRY_MAX_S);
		timer.add_task(after, function () self:connect(); end);
	end
	self.on.down(reason, was_up);
	local ids = {};
	for id in pairs(waiting) do ids[#ids + 1] = id; end
	table.sort(ids);
	for _, id in ipairs(ids) do waiting[id]:done(nil, "disconnected"); end
	if batch then batch:done(nil, "disconnected"); end
	self.on.answered();
end

function line:close()
	self.closed = true;
	self:lost("the module is unloaded");
end

return { new = new };
