-- 0007_journal.sql - what agents may read of the ledger is found by itself: how long that takes does not tell how much
-- there is that they may not.

CREATE INDEX "ledger_report" ON "ledger" ("centre", "agent", "at", "serial") WHERE "disclosure" = 'report';
