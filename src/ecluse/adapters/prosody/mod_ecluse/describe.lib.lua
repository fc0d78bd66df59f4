-- Stanzas as tickets: the event that the gate is asked about, and what has to be known when its verdict is there.

local cache = require "util.cache";
local monotonic = require "util.time".monotonic;
local stanzas = module:require "stanza";

local with_text = module:get_option_boolean("ecluse_text", true);
local FORWARD_S = 60; -- chats that a message is forwarded to within so long of one another are one forward to all of them
local FORWARDS_KEPT, CHATS_MAX = 2000, 32;
local MEMBERS_KEPT_S = 10;

local start, sender, language, list = stanzas.start, stanzas.sender, stanzas.language, stanzas.list;

local function own_jid(session) return session.username.."@"..session.host; end

local function muc_of(host)
	local found = prosody.hosts[host];
	return found and found.modules and found.modules.muc;
end

-- The people in a room. Counting them all for each message would cost more than all else here.
local sizes = setmetatable({}, { __mode = "k" });
local function members(room)
	local known, now = sizes[room], monotonic();
	if not known or now - known.at > MEMBERS_KEPT_S then
		local n = 0;
		for _ in room:each_occupant() do n = n + 1; end
		known = { at = now, n = n };
		sizes[room] = known;
	end
	return known.n;
end

-- A message that is forwarded is a stanza for each chat. The chats of the last minute are named together.
local forwards = cache.new(FORWARDS_KEPT);
local function chats_of(session, said, chat)
	local key, now = own_jid(session).."\0"..stanzas.original(said.forwarded), monotonic();
	local known = forwards:get(key);
	if not known or now - known.at > FORWARD_S then known = { chats = {} }; end
	known.at = now;
	forwards:set(key, known);
	for _, earlier in ipairs(known.chats) do
		if earlier == chat then return known; end
	end
	if #known.chats < CHATS_MAX then known.chats[#known.chats + 1] = chat; end
	return known;
end

-- Whom a message goes to: a list of bare JIDs, or a room and its size. Nothing for what the gate has no business with.
local function goes_to(session, stanza, said, to)
	local node, host, resource = stanzas.split(to);
	local muc = muc_of(host);
	local bare = stanzas.bare(to);
	if said.invited then
		return said.invited;
	elseif stanza.attr.type == "groupchat" then
		if not muc then return nil, bare; end
		local room = muc.get_room_from_jid(bare);
		if not room or not room:get_occupant_by_real_jid(session.full_jid) then return nil; end
		return nil, bare, members(room);
	elseif muc and node then
		local room = resource and muc.get_room_from_jid(bare);
		local occupant = room and room:get_occupant_by_nick(to);
		return occupant and { occupant.bare_jid };
	elseif not node then
		return said.others;
	end
	return { bare };
end

local function message(session, stanza, to)
	if not to then return nil; end
	local said = stanzas.read(stanza);
	if not said then return nil; end
	local recipients, room, n = goes_to(session, stanza, said, to);
	if not room and (not recipients or (#recipients == 1 and recipients[1] == own_jid(session))) then return nil; end
	local ticket = { said = said, language = language(stanza), recipients = recipients };
	local where;
	if said.forwarded then
		ticket.hops = stanzas.hops(said.forwarded);
		ticket.chat = room or recipients[1];
		ticket.forward = chats_of(session, said, ticket.chat);
		if #ticket.forward.chats > 1 then recipients, room = ticket.forward.chats, nil; end
	end
	if room then
		where = ',"chat":"group","group":'..stanzas.name(room)..(n and n > 0 and ',"members":'..n or "");
	else
		where = list(recipients);
	end
	ticket.event = start(said.forwarded and "forward" or "send")..sender(session, own_jid(session))..where
		..(ticket.hops and ',"hops":'..ticket.hops or "")
		..(ticket.language and ',"language":"'..ticket.language..'"' or "")
		..stanzas.text_field(said, with_text).."}";
	return ticket;
end

-- A contact request is a message to somebody; the consent to one is an answer. A room that isn't there yet is created.
local function presence(session, stanza, to)
	local kind = stanza.attr.type;
	if not to or (kind and kind ~= "subscribe" and kind ~= "subscribed") then return nil; end
	local node, host, resource = stanzas.split(to);
	if not node then return nil; end
	local ticket = { language = language(stanza) };
	local tongue = ticket.language and ',"language":"'..ticket.language..'"' or "";
	if kind then
		ticket.event = start("send")..sender(session, own_jid(session))..list { stanzas.bare(to) }..tongue.."}";
		ticket.always = kind == "subscribed";
		return ticket;
	end
	local muc = resource and muc_of(host);
	if not muc or muc.get_room_from_jid(stanzas.bare(to)) then return nil; end
	ticket.event = start("create_group")..sender(session, own_jid(session))
		..',"group":'..stanzas.name(stanzas.bare(to))..tongue.."}";
	return ticket;
end

local function registration(event)
	local jid = event.username.."@"..event.host;
	local from = stanzas.network(event.ip);
	local head = start("register");
	return {
		event = head..',"sender":'..stanzas.name(jid)..(from and ',"network":'..stanzas.quote(from) or "")
			..',"registered_at":'..head:match('"at":(%d+)').."}";
	};
end

local function about(session, kind, subject)
	return start(kind)..sender(session, own_jid(session))..',"subject":'..stanzas.name(subject).."}";
end

-- The blocks and reports of a request by XEP-0191 with XEP-0377, as events.
local function blocks(session, stanza)
	local told = {};
	for item in stanza.tags[1]:childtags("item") do
		local subject = stanzas.bare(item.attr.jid);
		if subject then
			told[#told + 1] = about(session, "block", subject);
			if item:get_child("report", "urn:xmpp:reporting:1") or item:get_child("report", "urn:xmpp:reporting:0") then
				told[#told + 1] = about(session, "report", subject);
			end
		end
	end
	return told;
end

-- What somebody of another server, or behind a gateway, wrote to somebody here. Rooms of this server say nothing new.
local function from_elsewhere(stanza)
	local from, to = stanzas.bare(stanza.attr.from), stanzas.bare(stanza.attr.to);
	if not from or not to or stanza.attr.type == "groupchat" then return nil; end
	local _, host = stanzas.split(from);
	if prosody.hosts[host] and prosody.hosts[host].type ~= "component" or muc_of(host) then return nil; end
	if stanza.name == "presence" and stanza.attr.type ~= "subscribe" and stanza.attr.type ~= "subscribed" then return nil; end
	if stanza.name == "message" and not stanzas.read(stanza) then return nil; end
	return start("send")..',"sender":'..stanzas.name(from)..list { to }.."}";
end

return { message = message, presence = presence, registration = registration, blocks = blocks, from_elsewhere = from_elsewhere };
