// admin.ts - what only administrators read, in every language of the page: it comes with their part of it.
import { languageKey } from '../words'

const en = {
  users: 'Users', queues: 'Queues and numbers', responses: 'Canned responses', dispositions: 'Dispositions', reasons: 'Not-ready reasons', links: 'Links', assignments: 'Teams and skills', rules: 'Rules',
  add: 'Add', edit: 'Change', remove: 'Remove', save: 'Save', cancel: 'Cancel', find: 'Find', none: 'Nothing here yet.', nothing: 'Nothing is called so.', more: '{n} more: find them by name.',
  name: 'Name', userName: 'User name', firstName: 'First name', lastName: 'Last name', roles: 'Roles', password: 'Password', newPassword: 'New password', mustChange: 'has to be changed at the first sign-in', enabled: 'may sign in', sms: 'takes SMS sessions', disabled: 'may not sign in',
  ROLE_AGENT: 'Agent', ROLE_SUPERVISOR: 'Supervisor', ROLE_ADMIN: 'Administrator', ROLE_AUDITOR: 'Auditor', ROLE_INTEGRATOR: 'Program',
  number: 'Number', link: 'Link', text: 'Text', shortcut: 'Shortcut', forWhom: 'For', everybody: 'everybody', queue: 'Queue', group: 'Team', state: 'State', up: 'connected', down: 'not connected', unsent: 'Waiting texts',
  variables: 'Filled in: {list}', leaveEmpty: 'Empty: it stays',
  askRemove: 'Remove {name}? It counts at once.', askRemoveUser: 'Remove {name}? Whoever is signed in is put out at once, and the name is not given again.',
  saved: '{name}: saved', removed: '{name} is removed', notDone: 'Not done: {why}', broken: 'The list could not be read.', again: 'Try again',
  fileWins: 'What the configuration file lists counts again at the next start or reload.',
  what: 'What', who: 'Who', skill: 'Skill', member: 'Member', supervisor: 'Supervisor', level: 'Level', person: 'User name', as: 'As', close: 'Close', assign: 'Assign', whoOf: '{what}: who', nobody: 'Nobody yet', supervisedBy: 'supervised by {names}',
  groupMeans: 'A team is there while somebody is in it. As long as no team has a supervisor, every supervisor supervises all; from then on each only the members of the own teams.', skillMeans: 'A skill is there while somebody has it.', queueMeans: 'A queue to which nobody is assigned is everybody’s.',
  assigned: '{name}: {what}', takenBack: '{name} is out: {what}', userWins: 'Counts at once, and stays: as for users, the file only warns where it says otherwise.',
  looksFor: 'Raises a hand for', looksWords: 'words in a text', looksReply: 'a first reply that takes too long', looksLost: 'a text that does not arrive', words: 'Words and phrases, one a line', texts: 'In the texts of', customer: 'the customer', agent: 'agents', both: 'both', replyAfter: 'Seconds without a reply', saysReply: 'no first reply in {n} s', saysLost: 'a text does not arrive', saysWords: '{words} – in texts of {texts}', rulesMean: 'Supervisors get a raised hand. Agents know of no rule and are told nothing. A change counts for what comes from now on.',
  import: 'Import CSV', export: 'Export CSV', choose: 'Choose a file with the columns {columns}. Nothing is done before you have seen what would be.', file: 'CSV file',
  plan: '{add} new, {change} changed, {same} as they are, {wrong} with mistakes', line: 'Line {n}', importNow: 'Do it: {n}', stop: 'Stop', progress: '{n} of {of}', done: '{n} done, {failed} not done', stopped: 'Stopped. What was done stays; the same file does the rest.',
  isNew: 'new', isChanged: 'changed: {what}', noColumn: 'There is no column userName.', tooLarge: 'The file is larger than 10 MB.', notUtf8: 'The file is not in UTF-8.', twice: 'stands here twice', noName: 'no user name', badName: 'the name is too long or has one of : / ? #', shortPassword: 'the password has less than 8 characters', noPassword: 'new, and without a password', badRole: 'unknown role: {role}', badFlag: '{what} is not yes or no', ownUser: 'roles and sign-in of one’s own are changed by somebody else', otherCase: 'another one is called so but for capital letters',
}
const de: typeof en = {
  users: 'Benutzer', queues: 'Warteschlangen und Nummern', responses: 'Textbausteine', dispositions: 'Anliegen', reasons: 'Gründe für nicht bereit', links: 'Verbindungen', assignments: 'Teams und Fähigkeiten', rules: 'Regeln',
  add: 'Hinzufügen', edit: 'Ändern', remove: 'Entfernen', save: 'Speichern', cancel: 'Abbrechen', find: 'Suchen', none: 'Hier ist noch nichts.', nothing: 'So heißt nichts.', more: '{n} weitere: suchen Sie sie nach dem Namen.',
  name: 'Name', userName: 'Benutzername', firstName: 'Vorname', lastName: 'Nachname', roles: 'Rollen', password: 'Passwort', newPassword: 'Neues Passwort', mustChange: 'muss bei der ersten Anmeldung geändert werden', enabled: 'darf sich anmelden', sms: 'bekommt SMS-Gespräche', disabled: 'darf sich nicht anmelden',
  ROLE_AGENT: 'Agent', ROLE_SUPERVISOR: 'Supervisor', ROLE_ADMIN: 'Verwalter', ROLE_AUDITOR: 'Prüfer', ROLE_INTEGRATOR: 'Programm',
  number: 'Nummer', link: 'Verbindung', text: 'Text', shortcut: 'Kürzel', forWhom: 'Für', everybody: 'alle', queue: 'Warteschlange', group: 'Team', state: 'Zustand', up: 'verbunden', down: 'nicht verbunden', unsent: 'Wartende Texte',
  variables: 'Wird ausgefüllt: {list}', leaveEmpty: 'Leer: es bleibt',
  askRemove: '{name} entfernen? Das gilt sofort.', askRemoveUser: '{name} entfernen? Wer angemeldet ist, wird sofort abgemeldet, und der Name wird nicht wieder vergeben.',
  saved: '{name}: gespeichert', removed: '{name} ist entfernt', notDone: 'Nicht getan: {why}', broken: 'Die Liste war nicht zu lesen.', again: 'Noch einmal versuchen',
  fileWins: 'Was die Konfigurationsdatei aufzählt, gilt beim nächsten Start oder Neuladen wieder.',
  what: 'Was', who: 'Wer', skill: 'Fähigkeit', member: 'Mitglied', supervisor: 'Supervisor', level: 'Stufe', person: 'Benutzername', as: 'Als', close: 'Schließen', assign: 'Zuordnen', whoOf: '{what}: wer', nobody: 'Noch niemand', supervisedBy: 'Aufsicht: {names}',
  groupMeans: 'Ein Team gibt es, solange jemand darin ist. Solange kein Team eine Aufsicht hat, darf jede Aufsicht bei allen zusehen; danach jede nur bei den Mitgliedern der eigenen Teams.', skillMeans: 'Eine Fähigkeit gibt es, solange jemand sie hat.', queueMeans: 'Eine Warteschlange, der niemand zugeordnet ist, gehört allen.',
  assigned: '{name}: {what}', takenBack: '{name} ist nicht mehr dabei: {what}', userWins: 'Gilt sofort und bleibt: wie bei Benutzern warnt die Datei nur, wo sie etwas anderes sagt.',
  looksFor: 'Meldet', looksWords: 'Wörter in einem Text', looksReply: 'eine erste Antwort, die zu lange dauert', looksLost: 'einen Text, der nicht ankommt', words: 'Wörter und Wendungen, je Zeile eine', texts: 'In den Texten', customer: 'des Kunden', agent: 'der Agenten', both: 'beider', replyAfter: 'Sekunden ohne Antwort', saysReply: 'keine erste Antwort in {n} s', saysLost: 'ein Text kommt nicht an', saysWords: '{words} – in Texten {texts}', rulesMean: 'Die Aufsicht bekommt eine Meldung. Agenten wissen von keiner Regel und erfahren nichts. Eine Änderung gilt für das, was von jetzt an kommt.',
  import: 'CSV einlesen', export: 'CSV ausgeben', choose: 'Wählen Sie eine Datei mit den Spalten {columns}. Nichts geschieht, bevor Sie gesehen haben, was geschähe.', file: 'CSV-Datei',
  plan: '{add} neu, {change} geändert, {same} wie bisher, {wrong} mit Fehlern', line: 'Zeile {n}', importNow: 'Ausführen: {n}', stop: 'Anhalten', progress: '{n} von {of}', done: '{n} getan, {failed} nicht getan', stopped: 'Angehalten. Was getan ist, bleibt; dieselbe Datei tut den Rest.',
  isNew: 'neu', isChanged: 'geändert: {what}', noColumn: 'Es gibt keine Spalte userName.', tooLarge: 'Die Datei ist größer als 10 MB.', notUtf8: 'Die Datei ist nicht in UTF-8.', twice: 'steht hier zweimal', noName: 'kein Benutzername', badName: 'der Name ist zu lang oder hat eines von : / ? #', shortPassword: 'das Passwort hat weniger als 8 Zeichen', noPassword: 'neu, und ohne Passwort', badRole: 'unbekannte Rolle: {role}', badFlag: '{what} ist weder yes noch no', ownUser: 'eigene Rollen und Anmeldung ändert jemand anders', otherCase: 'so heißt schon jemand, bis auf Großbuchstaben',
}
const languages: Record<string, typeof en> = { en, de }
export type AdminWord = keyof typeof en
export const a = (key: AdminWord, values: Record<string, string | number> = {}) =>
  (languages[languageKey()] ?? en)[key].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))
