// What happens in a workspace, done in the local Slack: people come, go and change, channels too, and the app is taken out.
//
// Promises: a change is made or refused with a reason, never made by half; the answer is what the event about it tells. The event itself
// is posted by the window (worker/local/window_trying.py), for only it knows the address and how to sign.
import { takeBack } from "./stricter.mjs";
import { tellPerson } from "./telling.mjs";

class No extends Error {}

function personOf(slack, id) {
  const found = slack.users.findOneBy("user_id", id ?? "");
  if (!found || found.is_bot) throw new No("user_not_found");
  return found;
}

function channelOf(slack, id) {
  const found = slack.channels.findOneBy("channel_id", id ?? "");
  if (!found || found.is_im) throw new No("channel_not_found");
  return found;
}

/** Somebody is switched off or on again, has another name, lives elsewhere. */
function person(slack, { user, deleted, name, zone }) {
  const found = personOf(slack, user);
  const change = {};
  if (typeof deleted === "boolean") change.deleted = deleted;
  if (name) {
    const profile = { ...found.profile, real_name: name, real_name_normalized: name, display_name: name, display_name_normalized: name };
    Object.assign(change, { real_name: name, profile });
  }
  if (zone) {
    if (!Intl.supportedValuesOf("timeZone").includes(zone)) throw new No("no_such_zone");
    change.tz = zone;
  }
  const changed = slack.users.update(found.id, change);
  if (changed.deleted) slack.views.all().filter((view) => view.user_id === user).forEach((view) => slack.views.delete(view.id));
  return { user: tellPerson(slack, changed) };
}

/** Somebody, or the app itself, comes into a channel or leaves it. */
function member(slack, { channel, user, inside }) {
  const found = channelOf(slack, channel);
  const [app] = slack.oauthApps.all();
  if (user !== app.bot_user_id) personOf(slack, user);
  if (found.is_archived) throw new No("is_archived");
  if (found.members.includes(user) === inside) throw new No(inside ? "already_in_channel" : "not_in_channel");
  const members = inside ? [...found.members, user] : found.members.filter((one) => one !== user);
  slack.channels.update(found.id, { members, num_members: members.length });
  return { channel: { id: found.channel_id, private: found.is_private } };
}

/** A channel gets another name, is archived or opened again, is made private or public. */
function channel(slack, { channel: id, name, archived, hidden }) {
  const found = channelOf(slack, id);
  const change = {};
  if (typeof archived === "boolean") change.is_archived = archived;
  if (typeof hidden === "boolean") Object.assign(change, { is_private: hidden, is_channel: !hidden });
  if (name) {
    if (!/^[\p{L}\p{N}_-]{1,80}$/u.test(name) || name !== name.toLowerCase()) throw new No("invalid_name");
    if (slack.channels.all().some((one) => one.name === name && one.id !== found.id)) throw new No("name_taken");
    change.name = name;
  }
  const changed = slack.channels.update(found.id, change);
  return { channel: { id: changed.channel_id, name: changed.name, private: changed.is_private } };
}

/** Somebody presses "Remove App": its tokens die, its views go, it is in no channel any more. What it said stays. */
function remove(slack) {
  const tokens = slack.tokens.all();
  if (!tokens.length) throw new No("not_installed");
  takeBack(tokens.map((token) => token.token));
  const [app] = slack.oauthApps.all();
  for (const each of ["tokens", "installations", "views"]) slack[each].all().forEach((one) => slack[each].delete(one.id));
  for (const one of slack.channels.all().filter((c) => !c.is_im && c.members.includes(app.bot_user_id))) {
    const members = one.members.filter((id) => id !== app.bot_user_id);
    slack.channels.update(one.id, { members, num_members: members.length });
  }
  return { bot: app.bot_user_id };
}

const LIFE = { person, member, channel, remove };

/** Answers a POST to /_local/life/WHAT, or gives undefined: then it is not for this door. */
export async function lifeDoor(slack, request) {
  const { pathname } = new URL(request.url);
  const what = pathname.startsWith("/_local/life/") ? pathname.slice("/_local/life/".length) : "";
  if (request.method !== "POST" || !Object.hasOwn(LIFE, what)) return undefined;
  if (request.headers.has("Origin")) return Response.json({ ok: false, error: "not_from_a_browser" }, { status: 403 });
  try {
    return Response.json({ ok: true, ...LIFE[what](slack, await request.json()) });
  } catch (error) {
    if (!(error instanceof No)) throw error;
    return Response.json({ ok: false, error: error.message });
  }
}
