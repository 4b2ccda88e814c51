-- 0005_sotto.sql - in which mode a supervisor is in a session, and orders to be.
ALTER TABLE "party" ADD COLUMN "supervision" TEXT NOT NULL DEFAULT 'Monitor';
ALTER TABLE "registration" ADD COLUMN "supervision" TEXT NOT NULL DEFAULT 'Monitor';
