-- The settings, as they stand in Prosody's configuration. What is wrong there is said in the log, and the usual holds
-- instead: a module that is not loaded would let everything pass.

local function wrong(name, value, right, usual)
	module:log("error", "%s = %s is not %s; it is taken for %s", name, tostring(value), right, tostring(usual));
	return usual;
end

local function word(name, usual, ...)
	local given = module:get_option(name, usual);
	for _, one in ipairs { ... } do
		if given == one then return given; end
	end
	return wrong(name, given, "one of "..table.concat({ ... }, ", "), usual);
end

local function number(name, usual, least, most)
	local given = module:get_option(name, usual);
	local n = tonumber(given);
	if not n or n ~= n or n < least or n > most then
		return wrong(name, given, ("a number from %s to %s"):format(least, most), usual);
	end
	return n;
end

local TRUTHS = { [true] = true, ["true"] = true, [1] = true, [false] = false, ["false"] = false, [0] = false }; -- as Prosody's
local function truth(name, usual)
	local given = module:get_option(name, usual);
	if TRUTHS[given] == nil then return wrong(name, given, "true or false", usual); end
	return TRUTHS[given];
end

local function text(name, usual)
	local given = module:get_option(name, usual);
	if given ~= nil and (type(given) ~= "string" or given == "") then return wrong(name, given, "a text", usual); end
	return given;
end

return {
	socket = text("ecluse_socket"), host = text("ecluse_host", "127.0.0.1"), key = text("ecluse_key");
	port = number("ecluse_port", 8788, 1, 65535);
	open = word("ecluse_on_failure", "open", "open", "closed") == "open";
	timeout_s = number("ecluse_timeout", 1, 0.01, 60);
	backlog_max = number("ecluse_backlog", 10000, 0, 10000000);
	shadow = truth("ecluse_shadow", false), with_text = truth("ecluse_text", true);
};
