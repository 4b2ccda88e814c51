-- 0009_sotto.sql - sessions in the order in which they ended, as far as their words are still there: what is to be erased
-- next by sessions.keep-texts-for.
ALTER TABLE "session" ADD COLUMN "erased" INTEGER NOT NULL DEFAULT 0;
CREATE INDEX "session_ended" ON "session" ("centre", "ended", "serial") WHERE "state" = 'ended' AND "erased" = 0;
