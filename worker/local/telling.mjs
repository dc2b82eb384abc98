// What real Slack tells of people, and emulate keeps to itself: their zone, and that somebody was switched off.

/** A person with the three fields of their zone. */
export function withZone(slack, user) {
  const zone = slack.users.findOneBy("user_id", user.id)?.tz;
  if (!zone) return user;
  const part = (style) =>
    new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: style }).formatToParts().find((p) => p.type === "timeZoneName").value;
  const [, sign, hours, minutes = "0"] = part("longOffset").match(/GMT(?:([+-])(\d+):?(\d+)?)?/);
  const offset = (Number(hours ?? 0) * 60 + Number(minutes)) * 60 * (sign === "-" ? -1 : 1);
  return { ...user, tz: zone, tz_label: part("long"), tz_offset: offset };
}

/** A person as an event tells of them. */
export function tellPerson(slack, user) {
  const { user_id: id, team_id, name, real_name, deleted, is_bot, is_admin, profile } = user;
  return withZone(slack, { id, team_id, name, real_name, deleted, is_bot, is_admin, profile });
}

/** What emulate said to a question about people, as Slack would have said it. */
export function asSlackTells(slack, path, said) {
  if (said.user) return { ...said, user: withZone(slack, said.user) };
  if (!said.members || path !== "/api/users.list") return said;
  // Real Slack lists people who were switched off too, marked so; emulate leaves them out.
  const gone = slack.users.all().filter((user) => user.deleted);
  const last = !said.response_metadata?.next_cursor;
  const living = said.members.map((user) => withZone(slack, user));
  return { ...said, members: [...living, ...(last ? gone.map((user) => tellPerson(slack, user)) : [])] };
}
