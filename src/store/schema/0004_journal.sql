-- 0004_journal.sql - bodies can be erased.

-- lsn of the event that says so (BODY_ERASED) and what stands in `body` since, without a salt; 0: it was not.
-- The chain does not cover it: whoever reads the row holds it against that event.
ALTER TABLE "journal" ADD COLUMN "erased" INTEGER NOT NULL DEFAULT 0;
