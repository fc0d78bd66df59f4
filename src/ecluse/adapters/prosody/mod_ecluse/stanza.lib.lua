-- What a stanza is, as an event of the gate: who sends what to whom. Nothing is asked here.

local jid_bare, jid_split = require "util.jid".bare, require "util.jid".split;
local sha256 = require "util.hashes".sha256;
local time = require "util.time".now;
local id_of = require "util.id".medium;

local ID_BYTES_MAX, TEXT_BYTES_MAX, RECIPIENTS_MAX = 255, 65536, 1024;
local HOPS_MAX, NESTED_MAX = 255, 10;
local OURS = "urn:ecluse:0";

-- Payloads that stand for a message that the server can't read.
local SEALED = {
	["eu.siacs.conversations.axolotl encrypted"] = true, ["urn:xmpp:omemo:1 encrypted"] = true;
	["urn:xmpp:omemo:2 encrypted"] = true, ["urn:xmpp:openpgp:0 openpgp"] = true;
	["jabber:x:encrypted x"] = true, ["urn:xmpp:otr:0 encrypted"] = true;
	["urn:xmpp:eme:0 encryption"] = true;
};

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\" };
local function escape(c) return escapes[c] or ("\\u%04x"):format(c:byte()); end
local function quote(text) return '"'..text:gsub('[%c"\\]', escape)..'"'; end

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

local prefix, last = id_of(), 0;
-- The start of an event: kind, time, an id of its own. (Clients choose the ids of stanzas; those of events may not be chosen.)
local function start(kind)
	last = last + 1;
	return ('{"kind":"%s","at":%d,"id":"%s%d"'):format(kind, time() * 1000, prefix, last);
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

-- How often a message that is forwarded now has been forwarded, this time included.
local function hops(forwarded)
	local n, depth = 1, 0;
	while forwarded and depth < NESTED_MAX do
		local inner = forwarded:get_child("message", "jabber:client") or forwarded:get_child("message");
		local mark = inner and inner:get_child("hops", OURS);
		local so_far = mark and tonumber(mark.attr.n);
		if so_far and so_far >= 1 then return math.min(n + math.floor(math.min(so_far, HOPS_MAX)), HOPS_MAX); end
		forwarded = inner and inner:get_child("forwarded", "urn:xmpp:forward:0");
		if forwarded then n = n + 1; end
		depth = depth + 1;
	end
	return n;
end

-- By what a forwarded message is known when it is forwarded again: its sender and its id, else its text.
local function original(forwarded)
	local inner = forwarded:get_child("message", "jabber:client") or forwarded:get_child("message");
	if not inner then return sha256(tostring(forwarded), true); end
	local text = inner:get_child_text("body");
	return sha256((inner.attr.from or "").."\0"..(inner.attr.id or "").."\0"..(text or ""), true);
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
		elseif ns == nil then -- a thread, a subject
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

-- The fields of an event that come from the text. With sealed ones the text is not the sender's.
local function text_field(said, with_text)
	local text = said.text;
	if not with_text or said.sealed or not text or text == "" then return ""; end
	if #text > TEXT_BYTES_MAX then text = text:sub(1, TEXT_BYTES_MAX):gsub("[\192-\247][\128-\191]*$", ""); end
	return ',"text":'..quote(text);
end

return {
	OURS = OURS, quote = quote, name = name, network = network, start = start, sender = sender, language = language;
	list = list, hops = hops, original = original, read = read, text_field = text_field;
	bare = jid_bare, split = jid_split;
};
