-- 0008_journal.sql - the journal can be trimmed: of each object of which an event went, what it was after the last of
-- these is kept as a checksum, so that the tables can still be held against it (store_kept.h).

CREATE TABLE "kept" (
	"object" BLOB NOT NULL,     -- digest of the table's name and the object's key
	"lsn" INTEGER NOT NULL,     -- of the last event of it that went
	"version" INTEGER NOT NULL, -- of its body: later fields do not count
	"salt" BLOB NOT NULL,
	"digest" BLOB NOT NULL,     -- of the object after that event
	PRIMARY KEY ("object")
) STRICT, WITHOUT ROWID;
