-- 0006_sotto.sql - a link that cannot be written to at once is marked only as far as it was.
ALTER TABLE "sending" ADD COLUMN "through" INTEGER NOT NULL DEFAULT 0;
