-- 0005_journal.sql - the monitoring ledger: who watched whom (core/ledger.h). Rows follow from events, and are
-- added with them; the journal may be trimmed one day, the ledger is not.

CREATE TABLE "ledger" (
	"centre" TEXT NOT NULL,
	"serial" INTEGER NOT NULL,     -- from 1, without gaps
	"lsn" INTEGER NOT NULL,        -- of the event it follows from
	"at" INTEGER NOT NULL,
	"act" TEXT NOT NULL,           -- Ordered, OrderEnded, Offered, Declined, Withdrawn, Began, Ended
	"supervisor" TEXT NOT NULL,    -- user id
	"agent" TEXT NOT NULL,         -- user id of who is watched
	"session" TEXT NOT NULL,       -- empty: of an order
	"participation" TEXT NOT NULL, -- the supervisor's in it: those of one stint are alike
	"mode" TEXT NOT NULL,          -- Monitor, Coach, BargeIn
	"disclosure" TEXT NOT NULL,    -- what the agent is told
	"cause" TEXT NOT NULL,         -- which command led to it, or DEADLINE, WAKE
	"asker" TEXT NOT NULL,         -- whose: user id, or a part of the server
	"chain" BLOB NOT NULL,         -- checksum of the row and of the one before it
	PRIMARY KEY ("centre", "serial")
) STRICT, WITHOUT ROWID;
CREATE INDEX "ledger_at" ON "ledger" ("centre", "at", "serial");
CREATE INDEX "ledger_stint" ON "ledger" ("centre", "session", "participation");

CREATE TRIGGER "ledger_unchanged" BEFORE UPDATE ON "ledger"
BEGIN SELECT RAISE(ABORT, 'the ledger is not changed'); END;
CREATE TRIGGER "ledger_kept" BEFORE DELETE ON "ledger"
BEGIN SELECT RAISE(ABORT, 'nothing is taken from the ledger'); END;

-- 1: the ledger has all that the journal says; 0: of events of before there was one it is still to be written.
ALTER TABLE "owner" ADD COLUMN "ledger" INTEGER NOT NULL DEFAULT 0;
