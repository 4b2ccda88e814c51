-- 0010_sotto.sql - what a user is told in one transaction is one row (store/note_run.h), not one row a note.

-- Notes of the user with the numbers from "first" to "number", packed; "at" is the last one's, what else a note has says
-- nothing here. x'': the row is one note.
ALTER TABLE "note" ADD COLUMN "run" BLOB NOT NULL DEFAULT x'';

-- In which runs something is said of a session.
CREATE TABLE "note_run_session" (
	"centre" TEXT NOT NULL,
	"session" TEXT NOT NULL,
	"place" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "session", "place")
) STRICT, WITHOUT ROWID;
