-- 0001_journal.sql - journal.db: what happened, in order. Rows are only ever added.

CREATE TABLE "journal" (
	"centre" TEXT NOT NULL,
	"lsn" INTEGER NOT NULL,   -- from 1, without gaps
	"epoch" INTEGER NOT NULL, -- of the owner who wrote it
	"at" INTEGER NOT NULL,    -- milliseconds since 1970-01-01 UTC
	"kind" INTEGER NOT NULL,  -- number of the event, core/event.def
	"body" BLOB NOT NULL,     -- the object after the event, packed: core/body.h
	PRIMARY KEY ("centre", "lsn")
) STRICT, WITHOUT ROWID;

-- Who owns the centre: one row. The epoch grows at each open; an owner whose epoch is no longer
-- here writes nothing more. The centre's name is empty until its first event.
CREATE TABLE "owner" (
	"centre" TEXT NOT NULL,
	"epoch" INTEGER NOT NULL,
	"probes" INTEGER NOT NULL, -- writes made to see whether the disk takes them again
	PRIMARY KEY ("centre")
) STRICT, WITHOUT ROWID;

INSERT INTO "owner" ("centre", "epoch", "probes") VALUES ('', 0, 0);
