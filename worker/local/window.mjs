// What the local Slack window (worker/local/window.py) needs and real Slack does not offer: who is here, a word said by a person, a call
// made with the app's own token, an open modal closed, an answer by a response_url, a line that somebody has not sent yet.
//
// Promises: only programs on this computer come in, no page of a browser; a call is one of three by name and goes through emulate's own
// door, so it is checked as any call is. Unsent lines are in memory alone; everything else is kept as all of the local Slack is.

const CALLS = ["views.generateTriggerId", "views.update", "views.push"];
const USES = 5; // of one response_url, as in real Slack

const drafts = new Map();
const used = new Map();

function appToken(slack) {
  return slack.tokens.all().findLast((token) => token.token_type === "bot");
}

/** GET /_local/workspace */
export function workspace(slack) {
  const [team] = slack.teams.all();
  const [app] = slack.oauthApps.all();
  return {
    team: { id: team.team_id, domain: team.domain, name: team.name },
    app_id: app.app_id,
    bot_user: app.bot_user_id,
    installed: appToken(slack) !== undefined,
    people: slack.users
      .all()
      .filter((user) => !user.is_bot)
      .map((user) => ({ id: user.user_id, username: user.name, name: user.real_name, zone: user.tz, gone: user.deleted })),
    channels: slack.channels.all().map((channel) => ({
      id: channel.channel_id,
      name: channel.name,
      dm: Boolean(channel.is_im),
      members: channel.members,
      archived: Boolean(channel.is_archived),
      private: Boolean(channel.is_private && !channel.is_im),
    })),
  };
}

/** GET /_local/draft */
export function draft(user, place) {
  return { text: drafts.get(`${user} ${place}`) ?? "" };
}

function keepDraft({ user, place, text }) {
  if (text) drafts.set(`${user} ${place}`, text);
  else drafts.delete(`${user} ${place}`);
  return Response.json({ ok: true });
}

async function call(slack, method, body, origin, answer) {
  const token = appToken(slack);
  if (!token) return Response.json({ ok: false, error: "not_installed" });
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token.token}` };
  return answer(new Request(`${origin}/api/${method}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** Slack shows one pile of modals at a time: with the topmost goes every pile that a newer one has covered. */
function close(slack, viewId) {
  const top = slack.views.findOneBy("view_id", viewId);
  if (!top) return Response.json({ ok: false, error: "not_found" });
  for (const view of slack.views.all()) {
    const covered = view.type === "modal" && view.user_id === top.user_id && view.root_view_id !== top.root_view_id;
    if (covered || view.id === top.id) slack.views.delete(view.id);
  }
  return Response.json({ ok: true });
}

function direct(slack, people) {
  const there = (one) => one.is_im && one.members.length === 2 && people.every((id) => one.members.includes(id));
  const [team] = slack.teams.all();
  const [creator, user] = people;
  const empty = { value: "", creator, last_set: 0 };
  return (
    slack.channels.all().find(there) ??
    slack.channels.insert({
      channel_id: `D0${people.toSorted().join("")}`.slice(0, 20),
      team_id: team.team_id,
      name: user,
      is_channel: false,
      is_private: true,
      is_im: true,
      is_archived: false,
      topic: empty,
      purpose: empty,
      members: people,
      creator,
      num_members: 2,
    })
  );
}

const nothingYet = () => ({ ts: nextTs(), type: "message", reply_count: 0, reply_users: [], reactions: [] });

/** A person writes in a channel, in a thread there, or to another person (`to`). */
function write(slack, { channel, to, user, text, blocks, thread_ts }) {
  const person = slack.users.findOneBy("user_id", user);
  const there = to ? slack.users.findOneBy("user_id", to) && direct(slack, [user, to]) : slack.channels.findOneBy("channel_id", channel);
  if (!person || person.deleted || !there || !text) return Response.json({ ok: false, error: "not_found" });
  if (!there.members.includes(user)) return Response.json({ ok: false, error: "not_in_channel" });
  if (there.is_archived) return Response.json({ ok: false, error: "is_archived" });
  const said = slack.messages.insert({ ...nothingYet(), channel_id: there.channel_id, user, text, blocks, thread_ts });
  const parent = thread_ts && slack.messages.all().find((one) => one.ts === thread_ts && one.channel_id === there.channel_id);
  if (parent) slack.messages.update(parent.id, { reply_count: parent.reply_count + 1, reply_users: [...new Set([...parent.reply_users, user])] });
  return Response.json({ ok: true, ts: said.ts, channel: there.channel_id });
}

/** What a response_url does: a word for one pair of eyes or for all, or another message in the place of the one it came with. */
function respond(slack, [channel, user, once, ts], words) {
  const known = slack.channels.findOneBy("channel_id", channel) && slack.users.findOneBy("user_id", user);
  if (!known) return Response.json({ ok: false, error: "not_found" }, { status: 404 });
  if (once) used.set(once, (used.get(once) ?? 0) + 1);
  if (once && used.get(once) > USES) return Response.json({ ok: false, error: "used_url" }, { status: 404 });
  const here = (one) => one.channel_id === channel && one.ts === ts;
  const pile = [slack.ephemeralMessages, slack.messages].find((each) => ts && each.all().some(here));
  const original = pile?.all().find(here);
  if (words.delete_original || words.replace_original) {
    if (!original) return Response.json({ ok: false, error: "no_original" }, { status: 404 });
    if (words.delete_original) pile.delete(original.id);
    else pile.update(original.id, { text: words.text, blocks: words.blocks });
    return new Response("ok");
  }
  if (!words.text && !words.blocks) return Response.json({ ok: false, error: "no_text" }, { status: 400 });
  const [app] = slack.oauthApps.all();
  const { text, blocks, thread_ts } = words;
  const said = { ...nothingYet(), channel_id: channel, user: app.bot_user_id, text: text ?? "", blocks, thread_ts };
  if (words.response_type === "in_channel") slack.messages.insert(said);
  else slack.ephemeralMessages.insert({ ...said, target_user: user });
  return new Response("ok");
}

let said = 0;

/** A ts that emulate, which counts from 000001 and cannot be asked, will not give to another message. */
function nextTs() {
  said += 1;
  return `${Math.floor(Date.now() / 1000)}.9${String(said).padStart(5, "0")}`;
}

/** Answers a POST under /_local/, or gives undefined: then it is not for this door. */
export async function windowDoor(slack, request, answer) {
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "POST" || !pathname.startsWith("/_local/")) return undefined;
  if (request.headers.has("Origin")) return Response.json({ ok: false, error: "not_from_a_browser" }, { status: 403 });
  const [what, ...names] = pathname.slice("/_local/".length).split("/");
  const body = await request.json().catch(() => ({}));
  if (what === "as_app" && CALLS.includes(names[0])) return call(slack, names[0], body, origin, answer);
  if (what === "close") return close(slack, body.view_id);
  if (what === "reply") return respond(slack, names, body);
  if (what === "write") return write(slack, body);
  if (what === "draft") return keepDraft(body);
  return undefined;
}
