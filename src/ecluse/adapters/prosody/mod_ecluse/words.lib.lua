-- What this module says itself. All else is worded by the gate, from the terms.

local texts = {
	en = {
		unjudged = "This was not sent: messages can't be checked at the moment. Try again in %d seconds.";
		refused = "This was not sent.";
	};
	fr = {
		unjudged = "Ceci n'a pas été envoyé : les messages ne peuvent pas être vérifiés pour l'instant. Réessayez dans %d secondes.";
		refused = "Ceci n'a pas été envoyé.";
	};
	pt = {
		unjudged = "Isto não foi enviado: no momento não é possível verificar mensagens. Tente de novo em %d segundos.";
		refused = "Isto não foi enviado.";
	};
	hi = {
		unjudged = "यह नहीं भेजा गया: अभी संदेशों की जाँच नहीं हो सकती। %d सेकंड बाद फिर कोशिश करें।";
		refused = "यह नहीं भेजा गया।";
	};
	es = {
		unjudged = "Esto no se envió: ahora no es posible comprobar los mensajes. Inténtelo de nuevo en %d segundos.";
		refused = "Esto no se envió.";
	};
};

-- The text name in language, and the language that it is in.
local function say(name, language, ...)
	local short = (language or "en"):match("^%a+"):lower();
	if not texts[short] then short = "en"; end
	return texts[short][name]:format(...), short;
end

return { say = say, texts = texts };
