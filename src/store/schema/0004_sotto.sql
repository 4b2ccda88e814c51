-- 0004_sotto.sql - parts of texts that once had to wait, and whose turn it is.

CREATE TABLE "aside" (
	"centre" TEXT NOT NULL,
	"outbound" INTEGER NOT NULL,
	"part" INTEGER NOT NULL,
	"turn" TEXT NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "outbound", "part")
) STRICT, WITHOUT ROWID;
