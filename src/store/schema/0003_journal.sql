-- 0003_journal.sql - each row has a checksum that is chained to the row before it (store_chain.h). Rows from before
-- have none: the chain begins at the first one behind them.

ALTER TABLE "journal" ADD COLUMN "salt" BLOB NOT NULL DEFAULT x'';
-- of the body, salted: the chain is over this and not over the body
ALTER TABLE "journal" ADD COLUMN "digest" BLOB NOT NULL DEFAULT x'';
-- of the row before, all other columns of this one, and the digest
ALTER TABLE "journal" ADD COLUMN "chain" BLOB NOT NULL DEFAULT x'';

-- What the journal was trimmed to: its first row is behind this one. No row: it was not.
CREATE TABLE "baseline" (
	"centre" TEXT NOT NULL,
	"lsn" INTEGER NOT NULL,
	"chain" BLOB NOT NULL, -- of that event's row: the chain goes on from it
	PRIMARY KEY ("centre")
) STRICT, WITHOUT ROWID;
