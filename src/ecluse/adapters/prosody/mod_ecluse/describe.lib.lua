-- Stanzas as tickets: the event that the gate is asked about, and what has to be known when its verdict is there.

local jid_prep = require "util.jid".prep;
local monotonic = require "util.time".monotonic;
local stanzas = module:require "stanza";

local MEMBERS_KEPT_S = 10;

local with_text;
local function begin(settings) with_text = settings.with_text; end

local start, sender, language, list = stanzas.start, stanzas.sender, stanzas.language, stanzas.list;

local function own_jid(session)
	local jid = session.ecluse_jid;
	if not jid then
		jid = session.username.."@"..session.host;
		session.ecluse_jid = jid;
	end
	return jid;
end

-- A stanza's address before the server has prepared it. Whoever sends many writes to one address after another.
local function prepped(session, to)
	if session.ecluse_raw ~= to then session.ecluse_raw, session.ecluse_prepped = to, jid_prep(to); end
	return session.ecluse_prepped;
end

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

local function ticket_for(session, stanza, said, kind, where, recipients)
	local tongue = language(stanza);
	return {
		said = said, language = tongue, recipients = recipients;
		event = start(kind)..sender(session, own_jid(session))..where..(tongue and ',"language":"'..tongue..'"' or "")
			..stanzas.text_field(said, with_text).."}";
	};
end

-- A message of text alone to whom the one before it went, as nearly all are.
local function plain_ticket(session, stanza, text)
	local tongue = language(stanza);
	local where = session.ecluse_where;
	if tongue then where = where..',"language":"'..tongue..'"'; end
	return {
		event = stanzas.send(sender(session), where, with_text and text), recipients = session.ecluse_recipients;
		language = tongue, ready = false, verdict = nil, wake = nil;
	};
end

local function message(session, stanza, to)
	if not to then return nil; end
	local kind = stanza.attr.type;
	if session.ecluse_to == to and kind ~= "error" and kind ~= "groupchat" then -- as the one before it
		local text = stanzas.plain_text(stanza);
		if text then return plain_ticket(session, stanza, text); end
	end
	local said = stanzas.read(stanza);
	if not said then return nil; end
	local plain = not said.forwarded and not said.invited and kind ~= "groupchat";
	if plain and session.ecluse_to == to then -- as the one before it
		return ticket_for(session, stanza, said, "send", session.ecluse_where, session.ecluse_recipients);
	end
	local recipients, room, n = goes_to(session, stanza, said, to);
	if not room and (not recipients or (#recipients == 1 and recipients[1] == own_jid(session))) then return nil; end
	local where = room and ',"chat":"group","group":'..stanzas.name(room)..(n and n > 0 and ',"members":'..n or "")
		or list(recipients);
	if not said.forwarded then
		local node, host = stanzas.split(to);
		if plain and node and not muc_of(host) then
			session.ecluse_to, session.ecluse_where, session.ecluse_recipients = to, where, recipients;
		end
		return ticket_for(session, stanza, said, "send", where, recipients);
	end
	local hops, origin = stanzas.history(said.forwarded);
	where = where..',"hops":'..hops..',"origin":"'..origin..'"';
	local ticket = ticket_for(session, stanza, said, "forward", where, recipients);
	ticket.hops, ticket.origin = hops, origin;
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

return {
	begin = begin, prepped = prepped, message = message, presence = presence, registration = registration, blocks = blocks;
	from_elsewhere = from_elsewhere;
};
