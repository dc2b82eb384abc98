// The local Slack: `emulate` with a made-up group in it, whose state outlives a restart.
//
// Promises: listens on 127.0.0.1 alone; the same people, channels and ids at every start; what was said, opened and installed is in
// STATE_DIR/slack.json at the latest a second later, written aside and moved into place. A kill loses that second at most.
//
// emulate has no way to keep its state or to show an opened view, so its Slack plugin is wrapped here at the two doors it has:
// `register` (we get the store) and `seed` (we fill it). That leans on emulate's inside: the version is pinned exactly.
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { Server } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createEmulator } from "emulate";
import { channels, TEAM, users } from "./harbour.mjs";
import { lifeDoor } from "./life.mjs";
import { refused } from "./stricter.mjs";
import { asSlackTells } from "./telling.mjs";
import { draft, windowDoor, workspace } from "./window.mjs";

const SAVE_EVERY_MS = 1000;
// The same as config/slack-manifest.yaml asks for.
const SCOPES = [
  "channels:history",
  "channels:join",
  "channels:read",
  "chat:write",
  "commands",
  "groups:history",
  "groups:read",
  "im:history",
  "im:write",
  "users:read",
  "users:read.email",
];
const port = Number(process.env.FAIRSTEPS_PORT) + 1;
const keptIn = join(process.env.FAIRSTEPS_STATE_DIR, "slack.json");

// emulate listens on every address of the machine, and nothing in it asks for a password.
const listen = Server.prototype.listen;
Server.prototype.listen = function (wanted) {
  return listen.call(this, wanted, "127.0.0.1");
};

/** emulate bundles its Slack under a name that is a hash; found by what it exports, it is the very module emulate will load. */
async function slackModule() {
  const folder = dirname(fileURLToPath(import.meta.resolve("emulate")));
  for (const name of (await readdir(folder)).filter((name) => /^dist-.*\.js$/.test(name))) {
    const path = join(folder, name);
    if (/export \{[^}]*\bslackPlugin\b/s.test(await readFile(path, "utf8"))) return import(pathToFileURL(path));
  }
  throw new Error("This is not the emulate that Fairsteps knows. Run: make install");
}

async function kept() {
  try {
    return JSON.parse(await readFile(keptIn, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Our app as Slack would know it from config/slack-manifest.yaml. Its credentials and address may change from start to start. */
function ourApp() {
  return {
    app_id: "A0FAIRSTEPS",
    client_id: process.env.SLACK_CLIENT_ID,
    client_secret: process.env.SLACK_CLIENT_SECRET,
    name: "Fairsteps",
    redirect_uris: [`${process.env.FAIRSTEPS_PUBLIC_URL}/slack/oauth_redirect`],
    scopes: SCOPES,
    user_scopes: [],
    bot_id: "B0FAIRSTEPS",
    bot_user_id: "U0FAIRSTEPS",
    bot_name: "fairsteps",
  };
}

function fill(slack) {
  slack.teams.insert(TEAM);
  users().forEach((user) => slack.users.insert(user));
  channels().forEach((channel) => slack.channels.insert(channel));
}

/** When something was said: emulate and the window both count within a second, each for itself. */
function spoken(message) {
  return Date.parse(message.created_at);
}

/**
 * Doors that real Slack does not have: who is here, what was said to whom, which views are open. For tests and the local pages.
 * `since` leaves out what has not changed from that `updated_at` on.
 */
function localDoor(slack, path, asked) {
  const isNew = (one) => one.updated_at >= (asked.get("since") ?? "");
  if (path === "/_local/views") return slack.views.all().filter(isNew).sort((a, b) => (a.hash < b.hash ? -1 : 1));
  if (path === "/_local/workspace") return workspace(slack);
  if (path === "/_local/draft") return draft(asked.get("user"), asked.get("place"));
  if (path !== "/_local/messages") return undefined;
  const bots = new Set(slack.bots.all().map((bot) => bot.user_id));
  return [...slack.messages.all(), ...slack.ephemeralMessages.all()]
    .filter(isNew)
    .sort((a, b) => spoken(a) - spoken(b))
    .map((message) => {
      const channel = slack.channels.findOneBy("channel_id", message.channel_id);
      return {
        ts: message.ts,
        channel: message.channel_id,
        channel_name: channel?.is_im ? undefined : channel?.name,
        dm_with: channel?.is_im ? channel.members.find((member) => !bots.has(member)) : undefined,
        only_for: message.target_user,
        user: message.user,
        text: message.text,
        blocks: message.blocks,
        metadata: message.metadata,
        thread_ts: message.thread_ts,
        edited: message.edited,
        subtype: message.subtype,
        broadcast: message.reply_broadcast,
        updated_at: message.updated_at,
      };
    });
}

const plugin = await slackModule();
const { register } = plugin.slackPlugin;
const before = await kept();
let store;
let changed = before === undefined;

plugin.slackPlugin.register = (app, itsStore, ...rest) => {
  store = itsStore;
  register(app, store, ...rest);
  const answer = app.fetch;
  app.fetch = async (request) => {
    const { pathname: path, searchParams: asked } = new URL(request.url);
    const slack = plugin.getSlackStore(store);
    const shown = request.method === "GET" ? localDoor(slack, path, asked) : undefined;
    if (shown) return Response.json(shown);
    const no = await refused(slack, request, path);
    if (no) return Response.json({ ok: false, error: no });
    const done = (await lifeDoor(slack, request)) ?? (await windowDoor(slack, request, answer));
    if (done) {
      changed = true;
      return done;
    }
    const response = await answer(request);
    if (request.method !== "GET") changed = true;
    if (!path.startsWith("/api/users.")) return response;
    return Response.json(asSlackTells(slack, path, await response.json()), { status: response.status });
  };
};

plugin.slackPlugin.seed = () => {
  const slack = plugin.getSlackStore(store);
  if (before) store.restore(before);
  else fill(slack);
  const app = slack.oauthApps.all()[0];
  if (app) slack.oauthApps.update(app.id, ourApp());
  else slack.oauthApps.insert(ourApp());
  store.setData("slack.strict_scopes", true);
  store.setData("slack.signing_secret", process.env.SLACK_SIGNING_SECRET);
};

async function save() {
  if (!changed) return;
  changed = false;
  await writeFile(`${keptIn}.new`, JSON.stringify(store.snapshot()), { mode: 0o600 });
  await rename(`${keptIn}.new`, keptIn);
}

// A message's ts is the second and a count that begins anew with each start: in the same second it would come twice.
if (before) await new Promise((go) => setTimeout(go, 1000 - (Date.now() % 1000)));

const emulator = await createEmulator({ service: "slack", port, baseUrl: `http://localhost:${port}` });
let saving = save();
setInterval(() => {
  saving = saving.then(save);
}, SAVE_EVERY_MS);
for (const word of ["SIGTERM", "SIGINT"]) {
  process.once(word, async () => {
    await saving;
    await save();
    process.exit(0);
  });
}
console.log(`The local Slack listens on ${emulator.url}`);
