-- 0001_sotto.sql - sotto.db: the journal's present state as tables, for the start and for people.
--
-- One table for each object of core/model/body.def, with the same names (a test compares them). Times are
-- milliseconds since 1970-01-01 UTC, 0 = none; words are those of core/model/words.def. In every table
--   centre     the contact centre's name
--   lsn        the last event that wrote the row
--   first_lsn  the first one: the order in which the rows came to be
-- Read as you like (sqlite3 -readonly); only the server writes.

-- How far the tables are. Written in the same transaction as the rows.
CREATE TABLE "projected" (
	"centre" TEXT NOT NULL,
	"lsn" INTEGER NOT NULL,
	"at" INTEGER NOT NULL, -- time of that event
	PRIMARY KEY ("centre")
) STRICT, WITHOUT ROWID;

CREATE TABLE "centre" (
	"centre" TEXT NOT NULL,
	"name" TEXT NOT NULL,
	"id_key" BLOB NOT NULL,
	"capacity" INTEGER NOT NULL,
	"on_logout" TEXT NOT NULL,
	"state_after_login" TEXT NOT NULL,
	"lost_after" INTEGER NOT NULL,
	"answer_timeout" INTEGER NOT NULL,
	"reject_wait" INTEGER NOT NULL,
	"not_ready_after_no_answer" INTEGER NOT NULL,
	"idle_close" INTEGER NOT NULL,
	"redelivery_window" INTEGER NOT NULL,
	"receipt_window" INTEGER NOT NULL,
	"receive_window" INTEGER NOT NULL,
	"multimedia" INTEGER NOT NULL,
	"stop_words" TEXT NOT NULL,
	"stop_reply" TEXT NOT NULL,
	"start_reply" TEXT NOT NULL,
	"help_reply" TEXT NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "name")
) STRICT, WITHOUT ROWID;

CREATE TABLE "user" (
	"centre" TEXT NOT NULL,
	"id" TEXT NOT NULL,
	"serial" INTEGER NOT NULL,
	"name" TEXT NOT NULL,
	"first_name" TEXT NOT NULL,
	"last_name" TEXT NOT NULL,
	"roles" INTEGER NOT NULL,
	"provisioned" INTEGER NOT NULL,
	"enabled" INTEGER NOT NULL,
	"password" TEXT NOT NULL,
	"password_version" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "id")
) STRICT, WITHOUT ROWID;

CREATE TABLE "agent" (
	"centre" TEXT NOT NULL,
	"user" TEXT NOT NULL,
	"state" TEXT NOT NULL,
	"reason" TEXT NOT NULL,
	"since" INTEGER NOT NULL,
	"state_at" INTEGER NOT NULL,
	"has_client" INTEGER NOT NULL,
	"lost_at" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "user")
) STRICT, WITHOUT ROWID;

CREATE TABLE "link" (
	"centre" TEXT NOT NULL,
	"name" TEXT NOT NULL,
	"host" TEXT NOT NULL,
	"port" INTEGER NOT NULL,
	"system_id" TEXT NOT NULL,
	"password" TEXT NOT NULL,
	"system_type" TEXT NOT NULL,
	"window" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "name")
) STRICT, WITHOUT ROWID;

CREATE TABLE "queue" (
	"centre" TEXT NOT NULL,
	"name" TEXT NOT NULL,
	"number" TEXT NOT NULL,
	"link" TEXT NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "name")
) STRICT, WITHOUT ROWID;

CREATE TABLE "contact" (
	"centre" TEXT NOT NULL,
	"phone" TEXT NOT NULL,
	"opted_out" INTEGER NOT NULL,
	"reference" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "phone")
) STRICT, WITHOUT ROWID;

CREATE TABLE "session" (
	"centre" TEXT NOT NULL,
	"id" TEXT NOT NULL,
	"serial" INTEGER NOT NULL,
	"state" TEXT NOT NULL,
	"phone" TEXT NOT NULL,
	"number" TEXT NOT NULL,
	"queue" TEXT NOT NULL,
	"received" INTEGER NOT NULL,
	"ended" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "id")
) STRICT, WITHOUT ROWID;

CREATE TABLE "party" (
	"centre" TEXT NOT NULL,
	"session" TEXT NOT NULL,
	"id" TEXT NOT NULL,
	"draw" INTEGER NOT NULL,
	"drawn_for" INTEGER NOT NULL,
	"kind" TEXT NOT NULL,
	"state" TEXT NOT NULL,
	"origin" TEXT NOT NULL,
	"visibility" TEXT NOT NULL,
	"user" TEXT NOT NULL,
	"nickname" TEXT NOT NULL,
	"watched" TEXT NOT NULL,
	"invited" INTEGER NOT NULL,
	"deadline" INTEGER NOT NULL,
	"joined" INTEGER NOT NULL,
	"from" INTEGER NOT NULL,
	"base" INTEGER NOT NULL,
	"until" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "session", "id")
) STRICT, WITHOUT ROWID;

CREATE TABLE "message" (
	"centre" TEXT NOT NULL,
	"session" TEXT NOT NULL,
	"seq" INTEGER NOT NULL,
	"agent_index" INTEGER NOT NULL,
	"supervisor_index" INTEGER NOT NULL,
	"type" TEXT NOT NULL,
	"visibility" TEXT NOT NULL,
	"audience" INTEGER NOT NULL,
	"author" TEXT NOT NULL,
	"party" TEXT NOT NULL,
	"user" TEXT NOT NULL,
	"nickname" TEXT NOT NULL,
	"at" INTEGER NOT NULL,
	"text" TEXT NOT NULL,
	"outbound" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "session", "seq")
) STRICT, WITHOUT ROWID;

CREATE TABLE "registration" (
	"centre" TEXT NOT NULL,
	"supervisor" TEXT NOT NULL,
	"agent" TEXT NOT NULL,
	"serial" INTEGER NOT NULL,
	"active" INTEGER NOT NULL,
	"mode" TEXT NOT NULL,
	"visibility" TEXT NOT NULL,
	"nickname" TEXT NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "supervisor", "agent")
) STRICT, WITHOUT ROWID;

CREATE TABLE "refusal" (
	"centre" TEXT NOT NULL,
	"session" TEXT NOT NULL,
	"user" TEXT NOT NULL,
	"until" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "session", "user")
) STRICT, WITHOUT ROWID;

CREATE TABLE "outbound" (
	"centre" TEXT NOT NULL,
	"serial" INTEGER NOT NULL,
	"session" TEXT NOT NULL,
	"seq" INTEGER NOT NULL,
	"phone" TEXT NOT NULL,
	"number" TEXT NOT NULL,
	"link" TEXT NOT NULL,
	"text" TEXT NOT NULL,
	"reference" INTEGER NOT NULL,
	"at" INTEGER NOT NULL,
	"closes" INTEGER NOT NULL,
	"open" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "serial")
) STRICT, WITHOUT ROWID;

CREATE TABLE "part" (
	"centre" TEXT NOT NULL,
	"outbound" INTEGER NOT NULL,
	"part" INTEGER NOT NULL,
	"parts" INTEGER NOT NULL,
	"state" TEXT NOT NULL,
	"attempts" INTEGER NOT NULL,
	"smsc_id" TEXT NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "outbound", "part")
) STRICT, WITHOUT ROWID;

CREATE TABLE "segment" (
	"centre" TEXT NOT NULL,
	"link" TEXT NOT NULL,
	"phone" TEXT NOT NULL,
	"number" TEXT NOT NULL,
	"reference" INTEGER NOT NULL,
	"part" INTEGER NOT NULL,
	"parts" INTEGER NOT NULL,
	"coding" INTEGER NOT NULL,
	"data" BLOB NOT NULL,
	"at" INTEGER NOT NULL,
	"held" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "link", "phone", "number", "reference", "part")
) STRICT, WITHOUT ROWID;

CREATE TABLE "inbound" (
	"centre" TEXT NOT NULL,
	"link" TEXT NOT NULL,
	"slot" INTEGER NOT NULL,
	"count" INTEGER NOT NULL,
	"fingerprint" BLOB NOT NULL,
	"at" INTEGER NOT NULL,
	"matched" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "link", "slot")
) STRICT, WITHOUT ROWID;

-- For the start, which reads what is open and never what is over (project.def).
CREATE INDEX "session_serial" ON "session" ("centre", "serial");
CREATE INDEX "session_open" ON "session" ("centre", "id") WHERE "state" <> 'ended';
CREATE INDEX "outbound_open" ON "outbound" ("centre", "serial") WHERE "open" = 1;
CREATE INDEX "segment_held" ON "segment" ("centre", "lsn") WHERE "held" = 1;
