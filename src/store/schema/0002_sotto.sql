-- 0002_sotto.sql - whence users signed in lately. `digest` is keyed: it names no address.

CREATE TABLE "address" (
	"centre" TEXT NOT NULL,
	"user" TEXT NOT NULL,
	"slot" INTEGER NOT NULL,
	"digest" BLOB NOT NULL,
	"at" INTEGER NOT NULL,
	"lsn" INTEGER NOT NULL,
	"first_lsn" INTEGER NOT NULL,
	PRIMARY KEY ("centre", "user", "slot")
) STRICT, WITHOUT ROWID;
