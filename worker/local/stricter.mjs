// Where real Slack refuses and emulate does not. Each line is an error of Slack's own pages, met in the local Slack as well, so that
// what we do about it can be tried out.

const IN_A_CHANNEL = ["chat.postMessage", "chat.postEphemeral", "conversations.history", "conversations.replies"];

// Tokens that were taken back with the app, for as long as this process lives.
const dead = new Set();

/** Slack knows these tokens no more, and says why. */
export function takeBack(tokens) {
  tokens.forEach((token) => dead.add(token));
}

function tokenOf(request) {
  return (request.headers.get("Authorization") ?? "").replace(/^Bearer\s+/i, "").trim();
}

async function wordsOf(request) {
  const text = await request.clone().text();
  if (!(request.headers.get("Content-Type") ?? "").includes("json")) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** Slack's error for a call, or undefined where emulate may answer. */
export async function refused(slack, request, path) {
  if (request.method !== "POST" || !path.startsWith("/api/") || path.startsWith("/api/oauth.")) return undefined;
  const method = path.slice("/api/".length);
  const token = tokenOf(request);
  if (dead.has(token)) return "account_inactive";
  const known = slack.tokens.findOneBy("token", token);
  if (!known) return token ? "invalid_auth" : undefined;
  const words = await wordsOf(request);
  if (IN_A_CHANNEL.includes(method)) return outside(slack, words.channel, known.user_id);
  if (method === "conversations.open") return switchedOff(slack, words.users);
  if (method === "users.lookupByEmail") {
    return slack.users.findOneBy("email", words.email ?? "")?.deleted ? "users_not_found" : undefined;
  }
  return undefined;
}

/** Only who is in a channel may speak or read there; we do not ask for the right to write everywhere. */
function outside(slack, channel, user) {
  const found = slack.channels.findOneBy("channel_id", channel ?? "");
  if (!found || found.is_im || found.is_archived || found.members.includes(user)) return undefined;
  return found.is_private ? "channel_not_found" : "not_in_channel";
}

function switchedOff(slack, users) {
  const asked = Array.isArray(users) ? users : String(users ?? "").split(",");
  return asked.some((id) => slack.users.findOneBy("user_id", id.trim())?.deleted) ? "user_disabled" : undefined;
}
