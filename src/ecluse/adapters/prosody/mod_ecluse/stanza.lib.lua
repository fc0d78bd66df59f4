-- What a stanza is, as an event of the gate: who sends what to whom. Nothing is asked here.

local jid_bare, jid_split = require "util.jid".bare, require "util.jid".split;
local sha256 = require "util.hashes".sha256;
local time, floor = require "util.time".now, math.floor;
local id_of = require "util.id".medium;

local ID_BYTES_MAX, TEXT_BYTES_MAX, RECIPIENTS_MAX = 255, 65536, 1024;
local HOPS_MAX, NESTED_MAX, ORIGIN_DIGITS = 255, 10, 32;
local OURS = "urn:ecluse:0";

-- Payloads that stand for a message that the server can't read.
local SEALED = {
	["eu.siacs.conversations.axolotl encrypted"] = true, ["urn:xmpp:omemo:1 encrypted"] = true;
	["urn:xmpp:omemo:2 encrypted"] = true, ["urn:xmpp:openpgp:0 openpgp"] = true;
	["jabber:x:encrypted x"] = true, ["urn:xmpp:otr:0 encrypted"] = true;
	["urn:xmpp:eme:0 encryption"] = true;
};

-- Payloads that clients show where a message has no body.
local SHOWN = {
	["http://jabber.org/protocol/xhtml-im html"] = true, ["jabber:x:oob x"] = true, ["urn:xmpp:sfs:0 file-sharing"] = true;
};

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\" };
local function escape(c) return escapes[c] or ("\\u%04x"):format(c:byte()); end
local function escaped(text) return text:find('[%c"\\]') and text:gsub('[%c"\\]', escape) or text; end
local function quote(text) return '"'..escaped(text)..'"'; end

-- A JID as an id. The gate's ids have an end; a JID that is longer is known by its hash.
local function name(jid) return quote(#jid <= ID_BYTES_MAX and jid or "sha256:"..sha256(jid, true)); end

-- The network that an address belongs to: /24 of IPv4, /48 of IPv6.
local function network(ip)
	if not ip then return nil; end
	local v4 = ip:match("^(%d+%.%d+%.%d+)%.%d+$") or ip:match("^::[fF][fF][fF][fF]:(%d+%.%d+%.%d+)%.%d+$");
	if v4 then return v4..".0/24"; end
	local head = ip:match("^([^%%]*)"):lower();
	local groups = {};
	for group in (head:match("^(.-)::") or head):gmatch("%x+") do groups[#groups + 1] = group; end
	for i = #groups + 1, 3 do groups[i] = "0"; end
	return table.concat(groups, ":", 1, 3).."::/48";
end

-- Namespaces of payloads that make more of a message than its text: read looks at these, plain_text at nothing else.
local TELLING = {
	[OURS] = true, ["urn:xmpp:forward:0"] = true, ["jabber:x:conference"] = true;
	["http://jabber.org/protocol/muc#user"] = true, ["http://jabber.org/protocol/address"] = true;
};
for payload in pairs(SEALED) do TELLING[payload:match("^%S+")] = true; end

local prefix, last = id_of(), 0;
-- The start of an event: kind, time, an id of its own. (Clients choose the ids of stanzas; those of events may not be chosen.)
local function start(kind)
	last = last + 1;
	return ('{"kind":"%s","at":%d,"id":"%s%d"'):format(kind, floor(time() * 1000), prefix, last);
end

-- Who sends, as it stands in every event of a session.
local function sender(session, jid)
	local known = session.ecluse_sender;
	if not known then
		local from = network(session.ip);
		known = ',"sender":'..name(jid)..(from and ',"network":'..quote(from) or "");
		session.ecluse_sender = known;
	end
	return known;
end

local function language(stanza)
	local lang = stanza.attr["xml:lang"];
	return lang and #lang <= 35 and lang:match("^%a[%w-]*$") or nil;
end

local function list(jids)
	local names = {};
	for i = 1, math.min(#jids, RECIPIENTS_MAX) do names[i] = name(jids[i]); end
	return ',"recipients":['..table.concat(names, ",").."]";
end

-- How often a message that is forwarded now has been forwarded, this time included, and by what it is known:
-- the mark that we gave it, else its first sender, id and text.
local function history(forwarded)
	local n = 0;
	local inner;
	for _ = 1, NESTED_MAX do
		local found = forwarded:get_child("message", "jabber:client") or forwarded:get_child("message");
		if not found then break; end
		inner, n = found, n + 1;
		local mark = inner:get_child("hops", OURS);
		local so_far, origin = mark and tonumber(mark.attr.n), mark and mark.attr.origin;
		if so_far and so_far >= 1 and origin and origin:match("^%x+$") and #origin == ORIGIN_DIGITS then
			return math.min(n + floor(math.min(so_far, HOPS_MAX)), HOPS_MAX), origin;
		end
		forwarded = inner:get_child("forwarded", "urn:xmpp:forward:0");
		if not forwarded then break; end
	end
	if not inner then return 1, sha256(tostring(forwarded), true):sub(1, ORIGIN_DIGITS); end
	local first = (jid_bare(inner.attr.from) or "").."\0"..(inner.attr.id or "").."\0"..(inner:get_child_text("body") or "");
	return n, sha256(first, true):sub(1, ORIGIN_DIGITS);
end

-- What a message says of itself: nil if it is none that a person sent (a chat state, a receipt, an error).
-- Fields: text, sealed, forwarded (its element), invited (bare JIDs), others (addresses of XEP-0033), ours.
local function read(stanza)
	if stanza.attr.type == "error" then return nil; end
	local said, has = {}, false;
	for _, tag in ipairs(stanza.tags) do
		local ns, tag_name = tag.attr.xmlns, tag.name;
		if tag_name == "body" and (ns == nil or ns == "jabber:client") then
			has, said.text = true, said.text or tag:get_text();
		elseif ns == OURS then
			said.ours = true;
		elseif tag_name == "subject" and ns == nil then
			has = has or stanza.attr.type ~= "groupchat"; -- there it is the room's; elsewhere clients show it
		elseif ns == nil then -- a thread
		elseif SHOWN[ns.." "..tag_name] then
			has = true;
		elseif SEALED[ns.." "..tag_name] then
			has, said.sealed = true, true;
		elseif tag_name == "forwarded" and ns == "urn:xmpp:forward:0" then
			has, said.forwarded = true, said.forwarded or tag;
		elseif tag_name == "x" and ns == "jabber:x:conference" then
			has = true;
		elseif tag_name == "x" and ns == "http://jabber.org/protocol/muc#user" then
			for invite in tag:childtags("invite") do
				local to = jid_bare(invite.attr.to);
				if to then
					said.invited = said.invited or {};
					table.insert(said.invited, to);
					has = true;
				end
			end
		elseif tag_name == "addresses" and ns == "http://jabber.org/protocol/address" then
			for address in tag:childtags("address") do
				local role, to = address.attr.type, jid_bare(address.attr.jid);
				if to and (role == "to" or role == "cc" or role == "bcc") then
					said.others = said.others or {};
					table.insert(said.others, to);
				end
			end
		end
	end
	return has and said or nil;
end

-- The text of a message that is nothing but a text, as nearly all are: nil if it is more, or less.
local function plain_text(stanza)
	local text;
	for _, tag in ipairs(stanza.tags) do
		local ns = tag.attr.xmlns;
		if ns == nil or ns == "jabber:client" then
			if tag.name == "body" and not text then text = #tag == 1 and tag[1] or tag:get_text(); end
		elseif TELLING[ns] then
			return nil;
		end
	end
	return type(text) == "string" and text or nil;
end

-- As much of a text as the gate takes, in whole characters.
local function shortened(text)
	if #text <= TEXT_BYTES_MAX then return text; end
	return (text:sub(1, TEXT_BYTES_MAX):gsub("[\192-\247][\128-\191]*$", ""));
end

-- The fields of an event that come from the text. With sealed ones the text is not the sender's.
local function text_field(said, with_text)
	local text = said.text;
	if not with_text or said.sealed or not text or text == "" then return ""; end
	return ',"text":'..quote(shortened(text));
end

-- The event of a plain text, in one piece: where, what and to whom is known from the message before it.
local function send(who, where, text)
	last = last + 1;
	local at = floor(time() * 1000);
	if not text or text == "" then return '{"kind":"send","at":'..at..',"id":"'..prefix..last..'"'..who..where.."}"; end
	return '{"kind":"send","at":'..at..',"id":"'..prefix..last..'"'..who..where..',"text":"'..escaped(shortened(text))..'"}';
end

return {
	OURS = OURS, quote = quote, name = name, network = network, start = start, sender = sender, language = language;
	list = list, history = history, read = read, text_field = text_field, plain_text = plain_text, send = send;
	bare = jid_bare, split = jid_split;
};
