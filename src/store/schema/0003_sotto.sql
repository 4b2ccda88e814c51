-- 0003_sotto.sql - settings that came later, and how far links were written to.

CREATE TABLE "setting" (
	"centre" TEXT NOT NULL,
	"link" TEXT NOT NULL,
	"name" TEXT NOT NULL,
	"value" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "link", "name")
) STRICT, WITHOUT ROWID;

CREATE TABLE "sending" (
	"centre" TEXT NOT NULL,
	"link" TEXT NOT NULL,
	"parts" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "link")
) STRICT, WITHOUT ROWID;

CREATE TABLE "lost" (
	"centre" TEXT NOT NULL,
	"outbound" INTEGER NOT NULL,
	"part" INTEGER NOT NULL,
	"lives" INTEGER NOT NULL,
	"given_up" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "outbound", "part")
) STRICT, WITHOUT ROWID;
