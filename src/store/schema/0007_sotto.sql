-- 0007_sotto.sql - what users were told, kept for a while so that it can be told again (core/told.h).

CREATE TABLE "note" (
	"place" INTEGER PRIMARY KEY, -- bytes of all notes up to this one: the oldest go first
	"centre" TEXT NOT NULL,
	"user" TEXT NOT NULL,
	"number" INTEGER NOT NULL,   -- the user's replayId
	"at" INTEGER NOT NULL,
	"topic" TEXT NOT NULL,
	"roles" INTEGER NOT NULL,    -- one of which its reader must have; 0: none
	"session" TEXT NOT NULL,     -- '': it is about none
	"party" TEXT NOT NULL,       -- whose stretch of the transcript it is, made when it is told; '': its data is all
	"first" INTEGER NOT NULL,
	"last" INTEGER NOT NULL,
	"data" TEXT NOT NULL         -- JSON; '' without a party: erased
) STRICT;
CREATE INDEX "note_number" ON "note" ("centre", "user", "number");
CREATE INDEX "note_session" ON "note" ("centre", "session") WHERE "session" <> '';

-- Each user's numbers: from which on they are kept, and the last one. User '': of whoever has no row.
CREATE TABLE "told" (
	"centre" TEXT NOT NULL,
	"user" TEXT NOT NULL,
	"first" INTEGER NOT NULL,
	"last" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "user")
) STRICT, WITHOUT ROWID;
