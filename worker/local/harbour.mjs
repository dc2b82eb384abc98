// The made-up group of the local Slack. Its ids never change, so that tests and a kept state can name them.

const TEAM_ID = "T0HARBOUR";

export const TEAM = { team_id: TEAM_ID, name: "Harbour Circle", domain: "harbour-circle" };

// id, name, zone, still there?
const PEOPLE = [
  ["U0ANA", "Ana Ferreira", "Europe/Lisbon", true],
  ["U0BO", "Bo Lindqvist", "Europe/London", true],
  ["U0CHI", "Chi Nwosu", "Europe/London", false],
  ["U0DARA", "Dara Sharma", "Asia/Kathmandu", true],
  ["U0ELI", "Eli Brooks", "America/New_York", true],
  ["U0FEN", "Fen Okada", "Europe/London", true],
];

const CHANNELS = [
  ["C0GENERAL", "general", "What everyone should know"],
  ["C0PARTNERSHIPS", "partnerships", "How we work with partners, fairly"],
];

export function users() {
  return PEOPLE.map(([user_id, real_name, tz, there]) => {
    const name = real_name.split(" ")[0].toLowerCase();
    const email = `${name}@example.org`;
    return {
      user_id,
      team_id: TEAM_ID,
      name,
      real_name,
      email,
      tz,
      // Ana looks after the group and may install apps.
      is_admin: user_id === "U0ANA",
      is_bot: false,
      deleted: !there,
      profile: { display_name: real_name.split(" ")[0], real_name, email, image_48: "", image_192: "" },
      presence: "active",
      manual_presence: "auto",
      connection_count: 1,
    };
  });
}

export function channels() {
  const [creator] = PEOPLE[0];
  // Chi was switched off and is still among the members, as people who left can be: whoever writes to them must look first.
  const members = PEOPLE.map(([id]) => id);
  const made = Math.floor(Date.now() / 1000);
  return CHANNELS.map(([channel_id, name, purpose]) => ({
    channel_id,
    team_id: TEAM_ID,
    name,
    is_channel: true,
    is_private: false,
    is_archived: false,
    topic: { value: "", creator, last_set: made },
    purpose: { value: purpose, creator, last_set: made },
    members: [...members],
    creator,
    num_members: members.length,
  }));
}
