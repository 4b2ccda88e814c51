-- 0006_journal.sql - standing orders that name no agent, and why one was given. Rows that say nothing of it are chained
-- as they were.

-- queue, skill or group; empty: the row is about an agent
ALTER TABLE "ledger" ADD COLUMN "target" TEXT NOT NULL DEFAULT '';
ALTER TABLE "ledger" ADD COLUMN "thing" TEXT NOT NULL DEFAULT '';  -- its name
ALTER TABLE "ledger" ADD COLUMN "reason" TEXT NOT NULL DEFAULT ''; -- in the words of who gave the order
