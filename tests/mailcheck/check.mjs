// Reads {"name": "<html…>", …} and says which HTML and CSS of it Gmail, Apple Mail and Outlook do not know:
// [{mail, client, title, support, notes}]. What stands in comments for one program alone is that program's.
import { readFileSync } from 'node:fs';
import { caniemail } from 'caniemail';

const mails = JSON.parse(readFileSync(0, 'utf8'));
const found = [];
for (const [mail, html] of Object.entries(mails)) {
  const { issues } = caniemail({ clients: ['gmail.*', 'apple-mail.*', 'outlook.*'], html });
  for (const [kind, clients] of Object.entries(issues)) {
    for (const [client, list] of clients) {
      for (const { title, support, notes } of list) found.push({ mail, client, kind, title, support, notes });
    }
  }
}
process.stdout.write(JSON.stringify(found));
