// express.mjs PORT FILE - what a team would write today: express, and SQLite in WAL mode with a sync of each commit. POST of anything is stored, then
// answered. It signs nobody in, tells nobody and sends nothing, so it does less than Sotto for an operation.
import { createRequire } from 'node:module'

const require = createRequire(process.env.PEERS ? `${process.env.PEERS}/` : import.meta.url)
const express = require('express'), Database = require('better-sqlite3')
const [, , port, file] = process.argv
const db = new Database(file)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.exec('CREATE TABLE message (id INTEGER PRIMARY KEY, session TEXT, at INTEGER, body TEXT)')
const insert = db.prepare('INSERT INTO message (session, at, body) VALUES (?, ?, ?)')
const app = express()
app.post('/op', express.json(), (request, response) => {
  insert.run(request.query.id, Date.now(), JSON.stringify(request.body))
  response.json({ statusCode: 0 })
})
const server = app.listen(Number(port), '127.0.0.1', 4096)
server.keepAliveTimeout = 120000
