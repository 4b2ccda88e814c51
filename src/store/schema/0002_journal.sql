-- 0002_journal.sql - each row knows its command. Rows from before have 0 and '' here.

-- lsn of the command's first event: rows with one number are one command's
ALTER TABLE "journal" ADD COLUMN "command" INTEGER NOT NULL DEFAULT 0;
-- which command: its number in core/command.def, or one of core/model/cause.h
ALTER TABLE "journal" ADD COLUMN "cause" INTEGER NOT NULL DEFAULT 0;
-- who asked: a user's id, or a part of the server (core/model/words.def, asker)
ALTER TABLE "journal" ADD COLUMN "asker" TEXT NOT NULL DEFAULT '';
-- which request of that user it was (referenceId); 0: none
ALTER TABLE "journal" ADD COLUMN "reference" INTEGER NOT NULL DEFAULT 0;
