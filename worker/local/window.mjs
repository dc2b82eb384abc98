// What the local Slack window (worker/local/window.py) needs and real Slack does not offer: who is here, a call made with the app's own
// token, an open modal closed, a private word to the one who pressed.
//
// Promises: only programs on this computer come in, no page of a browser; a call is one of three by name and goes through emulate's own
// door, so it is checked as any call is.

const CALLS = ["views.generateTriggerId", "views.update", "views.push"];

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
    channels: slack.channels
      .all()
      .map((channel) => ({ id: channel.channel_id, name: channel.name, dm: Boolean(channel.is_im), members: channel.members })),
  };
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

/** What a response_url does. Only the word for one person's eyes is known here; the rest is refused, not swallowed. */
function say(slack, channel, user, words) {
  const known = slack.channels.findOneBy("channel_id", channel) && slack.users.findOneBy("user_id", user);
  if (!known) return Response.json({ ok: false, error: "not_found" }, { status: 404 });
  if (!words.text || words.response_type === "in_channel" || words.replace_original || words.delete_original) {
    return Response.json({ ok: false, error: "unknown_here" }, { status: 501 });
  }
  const [app] = slack.oauthApps.all();
  slack.ephemeralMessages.insert({
    ts: nextTs(),
    channel_id: channel,
    user: app.bot_user_id,
    target_user: user,
    text: words.text,
    blocks: words.blocks,
    type: "message",
    reply_count: 0,
    reply_users: [],
    reactions: [],
  });
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
  if (what === "reply") return say(slack, names[0], names[1], body);
  return undefined;
}
