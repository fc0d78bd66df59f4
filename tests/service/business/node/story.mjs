// What a business does with @kapso/whatsapp-cloud-api, unmodified but for its base URL. Prints what came of each step.
import { WhatsAppClient } from "@kapso/whatsapp-cloud-api";

const { baseUrl, token, phone, to, message, stranger } = JSON.parse(process.argv[2]);
const client = new WhatsAppClient({ accessToken: token, baseUrl, graphVersion: "v23.0" });
const said = {};

async function step(name, deed) {
  try {
    said[name] = { ok: await deed() };
  } catch (error) {
    const { httpStatus, code, details, category, retry, name: kind } = error;
    said[name] = { error: { kind, httpStatus, code, details, category, retry, message: error.message } };
  }
}

const messages = client.messages;
await step("text", () => messages.sendText({ phoneNumberId: phone, to, body: "From kapso" }));
await step("read", () => messages.markRead({ phoneNumberId: phone, messageId: message }));
await step("push", () => messages.sendText({ phoneNumberId: phone, to: stranger, body: "News!" }));
await step("reaction", () =>
  messages.sendReaction({ phoneNumberId: phone, to, reaction: { messageId: message, emoji: "👍" } }));
await step("buttons", () =>
  messages.sendInteractiveButtons({
    phoneNumberId: phone,
    to,
    bodyText: "Which?",
    buttons: [{ id: "1", title: "One" }, { id: "2", title: "Two" }],
  }));
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64");
await step("upload", () =>
  client.media.upload({
    phoneNumberId: phone,
    type: "image",
    file: new Blob([png], { type: "image/png" }),
    fileName: "dot.png",
  }));
const id = said.upload.ok?.id;
await step("image", () => messages.sendImage({ phoneNumberId: phone, to, image: { id, caption: "A dot" } }));
await step("media", () => client.media.get({ mediaId: id, phoneNumberId: phone }));
await step("download", async () => {
  const answer = await fetch(said.media.ok.url);
  return Buffer.from(await answer.arrayBuffer()).equals(png);
});
await step("profile", () => client.phoneNumbers.businessProfile.get({ phoneNumberId: phone }));
console.log(JSON.stringify(said));
